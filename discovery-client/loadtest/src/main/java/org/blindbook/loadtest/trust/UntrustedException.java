package org.blindbook.loadtest.trust;

/** A server that a client would tell nothing. The text is a plain sentence. */
public final class UntrustedException extends Exception {
  private static final long serialVersionUID = 1;

  public UntrustedException(String sentence) {
    super(sentence, null, false, false);
  }
}
