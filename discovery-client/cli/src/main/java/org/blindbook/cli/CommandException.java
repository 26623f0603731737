package org.blindbook.cli;

/** A command that cannot do its work. The message is one plain sentence for the user. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /**
   * @param sentence what happened and what to do, without any part of an address book
   */
  public CommandException(int exitCode, String sentence) {
    super(sentence, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
