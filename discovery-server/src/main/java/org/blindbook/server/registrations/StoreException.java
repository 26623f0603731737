package org.blindbook.server.registrations;

/**
 * The store cannot do what was asked. The message says in a plain sentence what happened and what
 * to do, and holds nothing of any registration.
 */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
