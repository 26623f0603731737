package org.blindbook.client;

import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;

/**
 * What the stored state of blinded mode calls a contact: the key of truncated mode, which is
 * shorter than the identifier. A name of this kind never leaves this machine; what does is a {@link
 * LookupKey} of the evaluator's making.
 */
record ContactName(LookupKey truncated) implements Comparable<ContactName> {
  static final int BYTES = LookupKey.BYTES;

  static ContactName of(Identifier contact) {
    return new ContactName(LookupKey.truncated(contact));
  }

  /**
   * @param bytes exactly {@value #BYTES}
   */
  static ContactName ofBytes(byte[] bytes) {
    return new ContactName(LookupKey.ofBytes(bytes));
  }

  /** A new array. */
  byte[] bytes() {
    return truncated.bytes();
  }

  @Override
  public int compareTo(ContactName other) {
    return ClientState.KEY_ORDER.compare(truncated, other.truncated);
  }

  @Override
  public String toString() {
    return "ContactName[hidden]";
  }
}
