package org.blindbook.auditor.trace;

/** The check cannot run. The message is a plain sentence that says what to do. */
final class CheckException extends Exception {
  private static final long serialVersionUID = 1;

  CheckException(String message) {
    super(message, null, false, false);
  }
}
