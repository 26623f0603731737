package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A command cannot go on, for a reason outside of the program. The message is what the operator
 * reads: one plain sentence or two, what happened and what to do, without any identifier or key.
 * The command ends with exit code 2.
 */
public final class OperatorException extends Exception {
  private static final long serialVersionUID = 1;

  public OperatorException(String message) {
    super(message);
  }

  public OperatorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A file of the data directory cannot be created or read. */
  static OperatorException notUsable(Path file, IOException cause) {
    return new OperatorException(
        "The file " + file + " cannot be created or read: check its owner and permissions.", cause);
  }
}
