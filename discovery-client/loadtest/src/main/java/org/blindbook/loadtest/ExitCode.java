package org.blindbook.loadtest;

/** What the exit code of {@code blindbook loadtest} means. */
final class ExitCode {
  /** Every answer was right. */
  static final int OK = 0;

  /** Wrong usage, or a file that cannot be read or written. */
  static final int USAGE = 1;

  /** There were wrong answers. */
  static final int WRONG = 2;

  /** The server could not be reached, was not trusted, or answered nobody. */
  static final int NO_ANSWER = 3;

  private ExitCode() {}
}
