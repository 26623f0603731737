package org.blindbook.server.ledgers;

/** A record can be neither read nor changed now. Whoever needs it has to come back later. */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Thrown for every request while a disk is full, so it has no trace to fill in. */
  UnavailableException(String message) {
    super(message, null, false, false);
  }

  /** Too many change one record at once. */
  public static UnavailableException busy() {
    return new UnavailableException("a record is changed by too many at once");
  }
}
