package org.blindbook.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * A secret key and the one computation that credentials are made of: HMAC-SHA256 (RFC 2104), in
 * lower-case hexadecimal. Safe for use by several threads.
 */
final class MacKey {
  static final int BYTES = 32;

  private final byte[] key;

  /** Of {@value #BYTES} bytes from there on. */
  MacKey(byte[] bytes, int from) {
    if (from + BYTES > bytes.length) {
      throw new IllegalArgumentException("a key is " + BYTES + " bytes");
    }
    this.key = Arrays.copyOfRange(bytes, from, from + BYTES);
  }

  /** 64 digits. */
  String mac(byte[] message) {
    return new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmacHex(message);
  }

  /** Of a message of ASCII characters. */
  String mac(String message) {
    return mac(message.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * @param message of ASCII characters
   * @leaks the length of the claimed mac; nothing of the expected one
   */
  boolean verify(String message, String claimed) {
    return MessageDigest.isEqual(
        mac(message).getBytes(StandardCharsets.ISO_8859_1),
        claimed.getBytes(StandardCharsets.ISO_8859_1));
  }
}
