package org.blindbook.server.registrations;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.blindbook.protocol.lookup.Update;

/**
 * Who is registered, in the order in which it was written. Operators write, servers follow; both
 * may do so at once, from any number of processes.
 *
 * <p>Every key that was ever registered has one row with the sequence number of its last change; a
 * key that was unregistered keeps a row that says so. Sequence numbers only grow, and a reader that
 * has seen n has seen every change below n: writers take turns, and a batch becomes visible as a
 * whole. Not every number is in use.
 *
 * <p>Safe for use by several threads, one at a time.
 */
public interface RegistrationStore extends AutoCloseable {

  /**
   * Opens the store in this SQLite file and creates what is missing.
   *
   * @throws StoreException when it cannot be opened, or is something else
   */
  static RegistrationStore sqlite(Path file) throws StoreException {
    return SqliteRegistrationStore.open(file);
  }

  /**
   * Writes a batch, all of it or nothing. On return it is on disk: neither a crash of a process nor
   * of the machine loses it. Rows that already say the same keep their sequence number.
   */
  default Applied apply(RegistrationBatch batch) throws StoreException {
    return apply(batch, Optional.empty());
  }

  /**
   * As {@link #apply(RegistrationBatch)}.
   *
   * @param progress what {@link #loadProgress} gives from then on, until the next write
   */
  Applied apply(RegistrationBatch batch, Optional<LoadProgress> progress) throws StoreException;

  /** How far the last write says that its load came; empty when it said nothing. */
  Optional<LoadProgress> loadProgress() throws StoreException;

  /**
   * What changed after a sequence number, oldest first, as the enclave takes it. Its sequence is
   * where to go on from; it is {@code sequence} itself when nothing changed.
   *
   * @param limit at most this many entries, 1 to {@link Update#MAX_ENTRIES}
   */
  default Update changesAfter(long sequence, int limit) throws StoreException {
    return changesBetween(sequence, Long.MAX_VALUE, limit);
  }

  /**
   * As {@link #changesAfter}, of what still has a sequence number of at most {@code last}: whose
   * last change is no later.
   */
  Update changesBetween(long sequence, long last, int limit) throws StoreException;

  /**
   * The least sequence number after which no more than {@code count} keys are registered: what
   * follows it are the newest. Takes longer the more they are.
   */
  long beforeNewest(long count) throws StoreException;

  /**
   * Marks how far the store is now, unless the last mark says it.
   *
   * @param kept for how long marks are of use
   * @return all marks of use, oldest first, the last one that is older than that included; at least
   *     one, and the last is of the head
   */
  List<Mark> mark(InstantSource clock, Duration kept) throws StoreException;

  /**
   * Tells this store from any other: 32 hex digits, made when the store was. A sequence number
   * means something within one store only, so whoever keeps one (with a snapshot, say) keeps this
   * beside it and starts from 0 when it differs.
   */
  String identity() throws StoreException;

  /** The highest sequence number written, 0 when there is none. */
  long head() throws StoreException;

  /** How many keys are registered now. Takes a second for ten million. */
  long registered() throws StoreException;

  /**
   * Whether anything may have been written, by anybody, since this was last asked; true the first
   * time. Costs microseconds, so it can be asked many times a second.
   */
  boolean changedSinceLastAsked() throws StoreException;

  @Override
  void close();

  /**
   * What a batch came to. The four add up to its size.
   *
   * @param registered keys that are new or have another account now
   * @param deleted keys that are no longer registered
   * @param unchanged entries that said what the store said already
   * @param superseded entries that were followed by another one for the same key
   */
  record Applied(long registered, long deleted, long unchanged, long superseded) {
    static final Applied NOTHING = new Applied(0, 0, 0, 0);

    Applied plus(Applied other) {
      return new Applied(
          registered + other.registered,
          deleted + other.deleted,
          unchanged + other.unchanged,
          superseded + other.superseded);
    }
  }
}
