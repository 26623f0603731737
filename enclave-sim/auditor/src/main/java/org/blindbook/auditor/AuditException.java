package org.blindbook.auditor;

/** The audit cannot go on. The text is a plain sentence that says what to do. */
final class AuditException extends Exception {
  static final int USAGE = 1;
  static final int MALFORMED = 2;
  static final int NETWORK = 10;

  private static final long serialVersionUID = 1;

  private final int exitCode;

  AuditException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
