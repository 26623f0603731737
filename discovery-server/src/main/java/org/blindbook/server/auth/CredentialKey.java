package org.blindbook.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secrets behind credentials, and the only two computations made with them.
 *
 * <p>The first {@value #PART_BYTES} bytes authenticate a credential: its minter and its verifier
 * hold them. The second {@value #PART_BYTES} turn an account into a pseudonym: the minter alone
 * needs them, so a host from whose key file they are cut off can verify and cannot link.
 */
public final class CredentialKey {
  static final int PART_BYTES = 32;

  private final SecretKeySpec authentication;
  private final @Nullable SecretKeySpec pseudonyms;

  private CredentialKey(byte[] bytes) {
    authentication = new SecretKeySpec(bytes, 0, PART_BYTES, "HmacSHA256");
    pseudonyms =
        bytes.length == PART_BYTES
            ? null
            : new SecretKeySpec(bytes, PART_BYTES, PART_BYTES, "HmacSHA256");
  }

  /** Fresh bytes for {@link #of}. */
  public static byte[] generate() {
    byte[] bytes = new byte[2 * PART_BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /**
   * @param bytes 64 to mint and verify, or their first 32 to verify only; wiped
   * @throws IllegalArgumentException on any other length
   */
  public static CredentialKey of(byte[] bytes) {
    try {
      if (bytes.length != PART_BYTES && bytes.length != 2 * PART_BYTES) {
        throw new IllegalArgumentException("a credential key is 32 or 64 bytes");
      }
      return new CredentialKey(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** What stands for the account, in lower-case hex; empty when this key only verifies. */
  Optional<String> pseudonym(byte[] account) {
    return Optional.ofNullable(pseudonyms).map(key -> hmac(key, account));
  }

  /** The third field of a credential, in lower-case hex. */
  String mac(String pseudonymAndTimestamp) {
    return hmac(authentication, pseudonymAndTimestamp.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(message));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java runtime has HmacSHA256", e);
    }
  }
}
