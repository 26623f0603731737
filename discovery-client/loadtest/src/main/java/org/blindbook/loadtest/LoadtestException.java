package org.blindbook.loadtest;

/** A run that cannot be made: one plain sentence, and the exit code that goes with it. */
final class LoadtestException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  LoadtestException(int exitCode, String sentence) {
    super(sentence, null, false, false);
    this.exitCode = exitCode;
  }

  static LoadtestException usage(String sentence) {
    return new LoadtestException(ExitCode.USAGE, sentence);
  }

  int exitCode() {
    return exitCode;
  }
}
