package org.blindbook.client.state;

import java.io.IOException;

/**
 * Another store has this state open, in this process or in another one: wait until it is closed.
 */
public final class StateInUseException extends IOException {
  private static final long serialVersionUID = 1;

  StateInUseException() {
    super(
        "another process uses the state in this directory: wait for it, or use another directory");
  }
}
