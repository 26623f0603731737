package org.blindbook.server.ledgers;

/**
 * The ledgers cannot be opened. The message says in a plain sentence what happened and what to do.
 */
public final class LedgersException extends Exception {
  private static final long serialVersionUID = 1;

  LedgersException(String message, Throwable cause) {
    super(message, cause);
  }
}
