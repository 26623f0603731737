package org.blindbook.server.registrations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.edge.identifier.Identifier;

/** SHA-256 of rows as they are read one after the other. Never written anywhere as it is. */
final class RowDigest {
  private final MessageDigest digest = DigestUtils.getSha256Digest();

  /**
   * @param account empty when the row unregisters
   */
  void add(Identifier identifier, byte[] account) {
    digest.update(identifier.canonical().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(account);
  }

  /** Of the rows so far. */
  byte[] value() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("SHA-256 of the JDK can be cloned", e);
    }
  }
}
