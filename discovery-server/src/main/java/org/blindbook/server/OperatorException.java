package org.blindbook.server;

/**
 * A command cannot go on, for a reason outside of the program. The message is what the operator
 * reads: one plain sentence or two, what happened and what to do, without any identifier or key.
 * The command ends with {@link Main#EXIT_CANNOT_RUN}.
 */
public final class OperatorException extends Exception {
  private static final long serialVersionUID = 1;

  public OperatorException(String message) {
    super(message);
  }

  public OperatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
