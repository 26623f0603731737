package org.blindbook.server.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The secrets behind credentials, and the only two computations made with them.
 *
 * <p>The first {@value #PART_BYTES} bytes authenticate a credential: its minter and its verifier
 * hold them. The second {@value #PART_BYTES} turn an account into a pseudonym: the minter alone
 * needs them, so a host from whose key file they are cut off can verify and cannot link.
 *
 * <p>While the first part is changed, another one is accepted besides. The second part does not
 * change: an account is found by its pseudonym, and would start afresh under another one.
 */
public final class CredentialKey {
  static final int PART_BYTES = MacKey.BYTES;

  /** Of a whole key. */
  public static final int BYTES = 2 * PART_BYTES;

  private final MacKeys authentication;
  private final Optional<MacKey> pseudonyms;

  private CredentialKey(byte[] bytes, Optional<byte[]> other) {
    requireLength(bytes);
    other.ifPresent(CredentialKey::requireLength);
    authentication = new MacKeys(new MacKey(bytes, 0), other.map(key -> new MacKey(key, 0)));
    pseudonyms =
        bytes.length == PART_BYTES ? Optional.empty() : Optional.of(new MacKey(bytes, PART_BYTES));
  }

  private static void requireLength(byte[] bytes) {
    if (bytes.length != PART_BYTES && bytes.length != BYTES) {
      throw new IllegalArgumentException("a credential key is 32 or 64 bytes");
    }
  }

  /** Fresh bytes for {@link #of}. */
  public static byte[] generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /**
   * The bytes of a key with another first part.
   *
   * @param bytes 64 or 32, which stay the caller's
   * @return as many
   */
  public static byte[] withFreshAuthentication(byte[] bytes) {
    requireLength(bytes);
    byte[] fresh = generate();
    byte[] rotated = bytes.clone();
    System.arraycopy(fresh, 0, rotated, 0, PART_BYTES);
    Arrays.fill(fresh, (byte) 0);
    return rotated;
  }

  /**
   * Whether accounts have the same pseudonyms with both, as far as these bytes tell.
   *
   * @param one 64 or 32 bytes
   * @param two likewise
   */
  public static boolean agreeOnPseudonyms(byte[] one, byte[] two) {
    return one.length != BYTES
        || two.length != BYTES
        || MessageDigest.isEqual(
            Arrays.copyOfRange(one, PART_BYTES, one.length),
            Arrays.copyOfRange(two, PART_BYTES, two.length));
  }

  /**
   * @param bytes 64 to mint and verify, or their first 32 to verify only; wiped
   * @throws IllegalArgumentException on any other length
   */
  public static CredentialKey of(byte[] bytes) {
    return of(bytes, Optional.empty());
  }

  /**
   * @param bytes 64 to mint and verify, or their first 32 to verify only; wiped
   * @param other as many, of which the first 32 verify besides; wiped
   * @throws IllegalArgumentException on any other length
   */
  public static CredentialKey of(byte[] bytes, Optional<byte[]> other) {
    try {
      return new CredentialKey(bytes, other);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      other.ifPresent(wiped -> Arrays.fill(wiped, (byte) 0));
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
