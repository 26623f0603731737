package org.blindbook.protocol.calls;

/** Why the enclave refused a call; each value is something the host can act on. */
public enum CallError {
  /** The call itself is malformed: a defect of the host. */
  BAD_CALL,
  /** No such session: it ended, or the enclave restarted since. Tell the client to reconnect. */
  UNKNOWN_SESSION,
  /** Too many sessions are open. Tell the client to come back later. */
  TOO_MANY_SESSIONS,
  /** The table is still warming up or restoring. Ask again. */
  NOT_READY,
  /** The table cannot grow further. The update was not applied. */
  TABLE_FULL,
  /** An update came between two chunks of a snapshot. Start the snapshot again. */
  SNAPSHOT_STALE,
  /** Sealed data does not open: other signer, older program, or damage. Discard it. */
  NOT_UNSEALABLE,
  /** The platform gave no quote. Ask again; report unhealthy when it lasts. */
  NO_EVIDENCE,
  /** The epoch is not served. Ask for the one that is. */
  WRONG_EPOCH,
  /** The connection to the enclave ended. */
  GONE,
  /** A batch is sealed to a channel key that is not in use any more. Seal it to a new offer's. */
  STALE_KEY
}
