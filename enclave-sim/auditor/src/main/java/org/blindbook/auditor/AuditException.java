package org.blindbook.auditor;

import java.util.Collection;

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

  /**
   * How a command ends that judged several things.
   *
   * @param exitCodes of each, 0 for a pass
   * @return the lowest that is no pass; 0 when all passed
   */
  public static int worst(Collection<Integer> exitCodes) {
    return exitCodes.stream().filter(code -> code != 0).mapToInt(code -> code).min().orElse(0);
  }
}
