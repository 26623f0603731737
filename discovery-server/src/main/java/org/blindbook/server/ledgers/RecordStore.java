package org.blindbook.server.ledgers;

import java.util.concurrent.CompletionStage;

/**
 * Small records, changed by compare-and-set on their content. A sealed ledger never repeats, so its
 * content is its own version, and one that outlives deletion and expiry
 * (docs/decisions/1501-a-ledger-is-its-own-version.md).
 *
 * <p>No method blocks. Answers may come on any thread of the store's, which is not to be held up.
 * Arrays are not copied: nobody changes one that was handed in or out.
 */
public interface RecordStore extends AutoCloseable {
  /** The content of a record that is not there. */
  byte[] NONE = {};

  /**
   * What the record holds now.
   *
   * @return {@link #NONE} when there is none; fails with {@link UnavailableException} when that
   *     cannot be known
   */
  CompletionStage<byte[]> read(RecordKey key);

  /**
   * Changes a record that still holds what was read.
   *
   * @param read {@link #NONE} for a record that must not be there
   * @param next {@link #NONE} to remove it
   * @return true once the change is as durable as its kind says; false when the record holds
   *     something else; fails with {@link UnavailableException} when it was not stored, or nobody
   *     can say
   */
  CompletionStage<Boolean> replace(RecordKey key, byte[] read, byte[] next);

  Health health();

  /** Writes what waits and gives up what cannot be written at once. */
  @Override
  void close();

  /**
   * How the store is.
   *
   * @param reachable whether it answered when it was last asked
   * @param failures reads and changes since start that it did not answer: an alarm when it grows
   */
  record Health(boolean reachable, long failures) {}
}
