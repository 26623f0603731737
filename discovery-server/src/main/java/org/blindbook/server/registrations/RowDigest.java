package org.blindbook.server.registrations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.registrations.RegistrationFile.Row;

/** SHA-256 of rows as they are read one after the other. Never written anywhere as it is. */
final class RowDigest {
  private static final byte KEYED = 1;

  private final MessageDigest digest = DigestUtils.getSha256Digest();

  /** Adds a row, and nothing for one that is rejected. */
  void add(Row row) {
    switch (row) {
      case Row.Named named -> {
        for (Identifier form : named.forms()) {
          digest.update(form.canonical().getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
        }
        digest.update(named.account());
      }
      case Row.Keyed keyed -> {
        digest.update(KEYED); // no identifier begins with it
        digest.update(keyed.key());
        digest.update(keyed.account());
      }
      case Row.Reject _ -> {}
    }
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
