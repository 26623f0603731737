package org.blindbook.server.auth;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The secrets behind credentials, and the only two computations made with them.
 *
 * <p>The first {@value #PART_BYTES} bytes authenticate a credential: its minter and its verifier
 * hold them. The second {@value #PART_BYTES} turn an account into a pseudonym: the minter alone
 * needs them, so a host from whose key file they are cut off can verify and cannot link.
 */
public final class CredentialKey {
  static final int PART_BYTES = MacKey.BYTES;

  private final MacKey authentication;
  private final Optional<MacKey> pseudonyms;

  private CredentialKey(byte[] bytes) {
    authentication = new MacKey(bytes, 0);
    pseudonyms =
        bytes.length == PART_BYTES ? Optional.empty() : Optional.of(new MacKey(bytes, PART_BYTES));
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
    return pseudonyms.map(key -> key.mac(account));
  }

  /** The third field of a credential, in lower-case hex. */
  String mac(String pseudonymAndTimestamp) {
    return authentication.mac(pseudonymAndTimestamp);
  }

  /**
   * @leaks the length of the claimed third field; nothing of the expected one
   */
  boolean verify(String pseudonymAndTimestamp, String claimed) {
    return authentication.verify(pseudonymAndTimestamp, claimed);
  }
}
