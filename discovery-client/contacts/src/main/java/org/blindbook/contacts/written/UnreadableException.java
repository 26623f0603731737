package org.blindbook.contacts.written;

/** A value that holds no identifier. The reason never contains any part of the value. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean isAmbiguous;

  UnreadableException(String reason) {
    this(reason, false);
  }

  private UnreadableException(String reason, boolean isAmbiguous) {
    super(reason, null, false, false);
    this.isAmbiguous = isAmbiguous;
  }

  /** A value that could be several identifiers. */
  static UnreadableException ambiguous(String reason) {
    return new UnreadableException(reason, true);
  }

  boolean isAmbiguous() {
    return isAmbiguous;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
