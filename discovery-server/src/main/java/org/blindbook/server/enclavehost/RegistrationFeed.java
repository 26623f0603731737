package org.blindbook.server.enclavehost;

import org.blindbook.protocol.calls.Update;

/**
 * The registrations as the enclave gets them: an ordered list of changes, each with a sequence
 * number. Used by one thread. Every method may throw {@link StoreUnreadableException}; the caller
 * asks again later.
 */
public interface RegistrationFeed {

  /** The highest sequence number that is committed, 0 in an empty store. */
  long head();

  /**
   * Whether something may have been committed since the last call; cheap enough to ask five times a
   * second. True on the first call.
   */
  boolean changed();

  /**
   * The changes after a sequence number, in order, at most {@code limit}; an update without entries
   * when there are none.
   */
  Update changesAfter(long sequence, int limit);
}
