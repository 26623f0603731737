package org.blindbook.server.registrations;

/**
 * A file cannot be loaded, or not to its end. The message says in a plain sentence what happened
 * and what to do, and holds nothing of the file's content.
 */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1;

  LoadException(String message) {
    super(message);
  }

  LoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
