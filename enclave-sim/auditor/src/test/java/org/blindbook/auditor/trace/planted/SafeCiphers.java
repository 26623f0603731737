package org.blindbook.auditor.trace.planted;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Ciphers and hashes without tables, under a secret key or on a secret message. */
final class SafeCiphers {
  /** FIPS 180-4, section 4.2.2. */
  private static final int[] SHA256_CONSTANTS = {
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1,
    0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786,
    0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
    0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a,
    0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  };

  /** FIPS 180-4, section 5.3.3. */
  private static final int[] SHA256_START = {
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
  };

  private SafeCiphers() {}

  /** RFC 8439, section 2.3; the key is the number, again and again. */
  @Safe
  static long chaCha20Block(long secret) {
    int[] start = new int[16];
    start[0] = 0x6170_7865;
    start[1] = 0x3320_646e;
    start[2] = 0x7962_2d32;
    start[3] = 0x6b20_6574;
    for (int i = 4; i < 12; i++) {
      start[i] = (int) secret;
    }
    start[12] = 1;
    int[] x = start.clone();
    for (int round = 0; round < 10; round++) {
      quarterRound(x, 0, 4, 8, 12);
      quarterRound(x, 1, 5, 9, 13);
      quarterRound(x, 2, 6, 10, 14);
      quarterRound(x, 3, 7, 11, 15);
      quarterRound(x, 0, 5, 10, 15);
      quarterRound(x, 1, 6, 11, 12);
      quarterRound(x, 2, 7, 8, 13);
      quarterRound(x, 3, 4, 9, 14);
    }
    return ((long) (x[0] + start[0]) << 32) | ((x[1] + start[1]) & 0xFFFF_FFFFL);
  }

  private static void quarterRound(int[] x, int a, int b, int c, int d) {
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
  }

  /** Speck128/128: Beaulieu et al., "The Simon and Speck Families", 2013. */
  @Safe
  static long speck(long secret) {
    long x = 0x6c61_7669_7571_6520L;
    long y = 0x7469_2065_6461_6d20L;
    long keyHigh = 0x0f0e_0d0c_0b0a_0908L;
    long keyLow = secret;
    for (int round = 0; round < 32; round++) {
      x = (Long.rotateRight(x, 8) + y) ^ keyLow;
      y = Long.rotateLeft(y, 3) ^ x;
      keyHigh = (Long.rotateRight(keyHigh, 8) + keyLow) ^ round;
      keyLow = Long.rotateLeft(keyLow, 3) ^ keyHigh;
    }
    return x;
  }

  /** FIPS 180-4, section 6.2: the digest of the number's eight bytes; its first eight bytes. */
  @Safe
  static long sha256(long secret) {
    byte[] block = ByteBuffer.allocate(64).putLong(0, secret).putLong(56, 64).array();
    block[8] = (byte) 0x80;
    ByteBuffer message = ByteBuffer.wrap(block);
    int[] w = new int[64];
    for (int t = 0; t < 16; t++) {
      w[t] = message.getInt(4 * t);
    }
    for (int t = 16; t < 64; t++) {
      w[t] = mix(w[t - 2], 17, 19) ^ (w[t - 2] >>> 10);
      w[t] += w[t - 7] + (mix(w[t - 15], 7, 18) ^ (w[t - 15] >>> 3)) + w[t - 16];
    }
    int[] state = SHA256_START.clone();
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    int f = state[5];
    int g = state[6];
    int h = state[7];
    for (int t = 0; t < 64; t++) {
      int choice = (e & f) ^ (~e & g);
      int big = h + (mix(e, 6, 11) ^ Integer.rotateRight(e, 25)) + choice;
      int next = big + SHA256_CONSTANTS[t] + w[t];
      int majority = (a & b) ^ (a & c) ^ (b & c);
      int second = (mix(a, 2, 13) ^ Integer.rotateRight(a, 22)) + majority;
      h = g;
      g = f;
      f = e;
      e = d + next;
      d = c;
      c = b;
      b = a;
      a = next + second;
    }
    Arrays.fill(block, (byte) 0);
    return ((long) (a + state[0]) << 32) | ((b + state[1]) & 0xFFFF_FFFFL);
  }

  private static int mix(int x, int first, int second) {
    return Integer.rotateRight(x, first) ^ Integer.rotateRight(x, second);
  }

  /** RFC 5869: one block of output. */
  @Safe
  static long hkdf(long secret) throws GeneralSecurityException {
    byte[] extracted = hmac(new byte[32], ByteBuffer.allocate(8).putLong(secret).array());
    byte[] expanded = hmac(extracted, new byte[] {'k', 'e', 'y', 1});
    return ByteBuffer.wrap(expanded).getLong();
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update(message);
    return mac.doFinal();
  }
}
