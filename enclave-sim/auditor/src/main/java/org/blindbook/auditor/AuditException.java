package org.blindbook.auditor;

/** The audit cannot go on. The text is a plain sentence that says what to do. */
public final class AuditException extends Exception {
  public static final int USAGE = 1;
  public static final int MALFORMED = 2;
  public static final int NETWORK = 10;

  private static final long serialVersionUID = 1;

  private final int exitCode;

  public AuditException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
