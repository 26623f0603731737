package org.blindbook.attestation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** SHA-2 (FIPS 180-4) over public bytes. */
final class Digests {
  private Digests() {}

  /** The digest of the parts, one after the other. */
  static byte[] sha256(List<byte[]> parts) {
    return digest("SHA-256", parts);
  }

  /** The digest of the parts, one after the other. */
  static byte[] sha384(List<byte[]> parts) {
    return digest("SHA-384", parts);
  }

  static byte[] digest(String algorithm, List<byte[]> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      parts.forEach(digest::update);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has " + algorithm, e);
    }
  }
}
