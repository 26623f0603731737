package org.blindbook.protocol.calls;

import org.blindbook.protocol.message.CloseCode;
import org.jspecify.annotations.Nullable;

/** Whether a session goes on after a message, and if not, what the client is told. */
public enum SessionEnd {
  OPEN(null),
  COMPLETE(CloseCode.NORMAL),
  BAD_REQUEST(CloseCode.BAD_REQUEST),
  INVALID_TOKEN(CloseCode.INVALID_TOKEN),
  WRONG_EPOCH(CloseCode.WRONG_EPOCH),
  WRONG_ROLE(CloseCode.WRONG_ROLE);

  private final @Nullable CloseCode closeCode;

  SessionEnd(@Nullable CloseCode closeCode) {
    this.closeCode = closeCode;
  }

  /** The WebSocket close code to send, or null while the session is open. */
  public @Nullable CloseCode closeCode() {
    return closeCode;
  }
}
