package org.blindbook.server.command;

/** What a command's exit code means; the same for every command. */
final class ExitCode {
  /** Everything was done. */
  static final int OK = 0;

  /** Wrong usage, or an environment in which the command cannot run. */
  static final int CANNOT_RUN = 2;

  /** The file was loaded; some of its rows were rejected. */
  static final int REJECTS = 3;

  /** Everything was looked at; something is not as it should be. */
  static final int PROBLEMS = 3;

  private ExitCode() {}
}
