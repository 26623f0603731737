package org.blindbook.edge.identifier;

/** A text that is not an identifier. Says why, and never contains any part of the text. */
public final class IdentifierException extends Exception {
  private static final long serialVersionUID = 1;

  private final Rejection rejection;

  IdentifierException(Rejection rejection) {
    super(rejection.sentence(), null, false, false);
    this.rejection = rejection;
  }

  /** A plain sentence without its first capital and its full stop, fit for a table of rejects. */
  public String reason() {
    return rejection.sentence();
  }

  Rejection rejection() {
    return rejection;
  }
}
