package org.blindbook.protocol.calls;

/** Whether a session goes on after a message, and if not, why. */
public enum SessionEnd {
  OPEN(0),
  COMPLETE(1),
  BAD_REQUEST(2),
  WRONG_EPOCH(4);

  private final int wire;

  SessionEnd(int wire) {
    this.wire = wire;
  }

  /** The number that stands for it in an answer. */
  public int wire() {
    return wire;
  }
}
