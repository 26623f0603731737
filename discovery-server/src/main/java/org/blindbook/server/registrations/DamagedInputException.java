package org.blindbook.server.registrations;

import java.io.IOException;

/** Compressed bytes end too early or are wrong, while the file itself can be read. */
final class DamagedInputException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedInputException(IOException cause) {
    super(cause);
  }
}
