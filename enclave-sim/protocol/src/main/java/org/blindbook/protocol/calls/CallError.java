package org.blindbook.protocol.calls;

/**
 * Why the enclave refused a call; each value is something the host can act on.
 *
 * <p>On the wire each has a number of its own, which no other ever gets.
 */
public enum CallError {
  /** The call itself is malformed: a defect of the host. */
  BAD_CALL(1),
  /** No such session: it ended, or the enclave restarted since. Tell the client to reconnect. */
  UNKNOWN_SESSION(2),
  /** Too many sessions are open, or too much waits. Tell the client to come back later. */
  TOO_MANY_SESSIONS(3),
  /** The table is still warming up or restoring, or the evaluator has no key. Ask again. */
  NOT_READY(4),
  /** The table cannot grow further. The update was not applied. */
  TABLE_FULL(5),
  /** An update came between two chunks of a snapshot. Start the snapshot again. */
  SNAPSHOT_STALE(6),
  /** Sealed data does not open: other signer, older program, or damage. Discard it. */
  NOT_UNSEALABLE(7),
  /** The platform gave no quote. Ask again; report unhealthy when it lasts. */
  NO_EVIDENCE(8),
  /** The epoch is not served. Ask for the one that is. */
  WRONG_EPOCH(9);

  private final int wire;

  CallError(int wire) {
    this.wire = wire;
  }

  /** The number that stands for it in an answer. */
  public int wire() {
    return wire;
  }
}
