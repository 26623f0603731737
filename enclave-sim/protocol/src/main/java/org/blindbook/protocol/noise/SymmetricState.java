package org.blindbook.protocol.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.blindbook.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/** The chaining key and transcript hash of a handshake (Noise revision 34, section 5.2). */
final class SymmetricState {
  private byte[] chainingKey;
  private byte[] hash;
  private @Nullable CipherState cipher;

  SymmetricState(String protocolName, byte[] prologue) {
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    hash = name.length <= Sha256.BYTES ? Arrays.copyOf(name, Sha256.BYTES) : Sha256.of(name);
    chainingKey = hash;
    mixHash(prologue);
  }

  void mixHash(byte[] data) {
    hash = Sha256.of(hash, data);
  }

  /** Mixes in a shared secret and wipes it. */
  void mixKey(byte[] secret) {
    byte[][] keys = hkdf(chainingKey, secret);
    wipe();
    Arrays.fill(secret, (byte) 0);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
    Arrays.fill(keys[1], (byte) 0);
  }

  byte[] encryptAndHash(byte[] plaintext) {
    byte[] out = plaintext;
    if (cipher != null) {
      out = new byte[plaintext.length + CipherState.TAG_BYTES];
      cipher.encrypt(hash, plaintext, 0, plaintext.length, out, 0);
    }
    mixHash(out);
    return out;
  }

  byte[] decryptAndHash(byte[] ciphertext) throws NoiseException {
    byte[] out = ciphertext;
    if (cipher != null) {
      out = new byte[Math.max(0, ciphertext.length - CipherState.TAG_BYTES)];
      cipher.decrypt(hash, ciphertext, 0, ciphertext.length, out, 0);
    }
    mixHash(ciphertext);
    return out;
  }

  /** How many bytes {@code plaintext} bytes become at this point of the handshake. */
  int encryptedLength(int plaintext) {
    return cipher == null ? plaintext : plaintext + CipherState.TAG_BYTES;
  }

  /** The two transport keys: initiator to responder, then responder to initiator. */
  CipherState[] split() {
    byte[][] keys = hkdf(chainingKey, new byte[0]);
    CipherState[] ciphers = {new CipherState(keys[0]), new CipherState(keys[1])};
    Arrays.fill(keys[0], (byte) 0);
    Arrays.fill(keys[1], (byte) 0);
    wipe();
    return ciphers;
  }

  void wipe() {
    Arrays.fill(chainingKey, (byte) 0);
    if (cipher != null) {
      cipher.wipe();
    }
  }

  private static byte[][] hkdf(byte[] chainingKey, byte[] input) {
    byte[] temporary = hmac(chainingKey, input);
    byte[] first = hmac(temporary, new byte[] {1});
    byte[] second = hmac(temporary, first, new byte[] {2});
    Arrays.fill(temporary, (byte) 0);
    return new byte[][] {first, second};
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no HMAC-SHA256", e);
    }
  }
}
