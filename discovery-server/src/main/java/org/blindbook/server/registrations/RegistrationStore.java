package org.blindbook.server.registrations;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.blindbook.protocol.lookup.Update;

/**
 * Who is registered, in the order in which it was written. Operators write, servers follow; both
 * may do so at once, from any number of processes.
 *
 * <p>Every key that was registered has one row with the sequence number of its last change; a key
 * that was unregistered keeps a row that says so, until the store is {@link #compact compacted}.
 * Sequence numbers only grow, and a reader that has seen n has seen every change below n: writers
 * take turns, and a batch becomes visible as a whole. Not every number is in use.
 *
 * <p>Safe for use by several threads, one at a time.
 */
public interface RegistrationStore extends AutoCloseable {
  /** Longer than anybody asks again for. */
  Duration NAMES_KEPT = Duration.ofDays(1);

  /** For as long it is known how old a change is. */
  Duration MARKS_KEPT = Duration.ofDays(366);

  /** Enough for every copy of a snapshot that anybody still has a use for. */
  int CHECKPOINTS_KEPT = 64;

  /**
   * Opens the store in this SQLite file and creates what is missing.
   *
   * @throws StoreException when it cannot be opened, or is something else
   */
  static RegistrationStore sqlite(Path file) throws StoreException {
    return SqliteRegistrationStore.open(file);
  }

  /**
   * The store in a SQLite file that somebody only looks at: what writes fails.
   *
   * @param file named in what is said of it
   * @param reading a connection to it, closed with the store
   * @throws StoreException when it is something else, or of another version
   */
  static RegistrationStore sqliteReading(Path file, Connection reading) throws StoreException {
    return SqliteRegistrationStore.reading(file, reading);
  }

  /**
   * Opens the store of an epoch in a PostgreSQL and creates what is missing.
   *
   * @param epoch 0 in mode truncated
   * @throws StoreException when it cannot be opened, or is something else
   */
  static RegistrationStore postgres(PostgresAddress address, int epoch) throws StoreException {
    return PostgresRegistrationStore.open(address, epoch);
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

  /**
   * As {@link #apply(RegistrationBatch)}, once for each name, of whoever may ask again for want of
   * an answer. A name is known for {@link #NAMES_KEPT}.
   *
   * @return the same for the same; empty when the name was that of another batch, and nothing is
   *     written
   */
  Optional<Receipt> applyOnce(String name, RegistrationBatch batch, Instant now)
      throws StoreException;

  /** How far the last write says that its load came; empty when it said nothing. */
  Optional<LoadProgress> loadProgress() throws StoreException;

  /**
   * What changed after a position, oldest first, as the enclave takes it. Its sequence is where to
   * go on from; it is that of the position when nothing changed.
   *
   * @param limit at most this many entries, 1 to {@link Update#MAX_ENTRIES}
   * @throws CompactedException when a deletion may be missing among them
   */
  Update changesAfter(Position position, int limit) throws StoreException, CompactedException;

  /**
   * The changes after a sequence number that are still the last of their keys and have a number of
   * at most {@code last}. Deletions may be missing among them.
   *
   * @param limit as with {@link #changesAfter}
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
   * @param kept for how long marks are of use, {@link #MARKS_KEPT} at most
   * @return all marks of use, oldest first, the last one that is as old as that or older included;
   *     at least one, and the last is of the head
   */
  List<Mark> mark(InstantSource clock, Duration kept) throws StoreException;

  /**
   * Leaves a name for how far the store is. Whatever store has it has every change up to the
   * sequence number, too: a copy from before lacks it. On return it is on disk. The store keeps the
   * last {@value #CHECKPOINTS_KEPT}.
   *
   * @param sequence that was read of this store
   */
  Checkpoint checkpoint(long sequence) throws StoreException;

  /** Whether this checkpoint was made in this store, or in the one that it is a later copy of. */
  boolean has(Checkpoint checkpoint) throws StoreException;

  /**
   * Begins to make the set of registrations exactly what is added to it. Of several for one key the
   * last counts. Nobody sees anything of it before {@link Replacement#commit}, and a process that
   * dies before leaves nothing of it. One at a time, and no other call of this store meanwhile.
   */
  Replacement replace() throws StoreException;

  /**
   * Tells this store from any other: 32 hex digits, made when the store was. A sequence number
   * means something within one store only, so whoever keeps one (with a snapshot, say) keeps this
   * beside it and starts from 0 when it differs.
   */
  String identity() throws StoreException;

  /**
   * Changes when what was read of this store may not be in it any more, because another copy has
   * taken its place. Whoever follows it then starts again.
   */
  String history() throws StoreException;

  /**
   * How far the store can be followed: the highest sequence number written, unless somebody who
   * began to write before is not done; 0 when there is none. It never falls.
   */
  long head() throws StoreException;

  /**
   * The number beyond which the store cannot be followed, because somebody who began to write then
   * is not done; empty when nobody is. The same answer tells of the same one.
   */
  OptionalLong oldestWriter() throws StoreException;

  /** How many keys are registered now. Takes a second for ten million. */
  long registered() throws StoreException;

  /**
   * Removes rows of keys that were unregistered, the oldest first, in one transaction. The newest
   * row of all stays.
   *
   * @param last what comes later stays
   * @param limit how many at most
   * @return how many; none when there are none, or others are about to register them
   */
  long compact(long last, int limit) throws StoreException;

  /** Rows of keys that were unregistered up to here may have been removed; 0 when none were. */
  long horizon() throws StoreException;

  /** How many keys were registered once, are not now, and have a row that says so. */
  long unregistered() throws StoreException;

  /**
   * Gives everybody who is registered, each once, as it is at one moment; others may write.
   *
   * @return how many
   */
  long visitRegistered(Visitor visitor) throws StoreException;

  /**
   * Whether anything may have been written, by anybody, since this was last asked; true the first
   * time. Costs microseconds, so it can be asked many times a second.
   */
  boolean changedSinceLastAsked() throws StoreException;

  @Override
  void close();

  /** Is given registrations, one after the other. */
  interface Visitor {
    /**
     * @throws java.io.UncheckedIOException ends the visit, and comes to whoever asked for it
     */
    void visit(byte[] key, byte[] account);
  }

  /**
   * What was written.
   *
   * @param sequence a table that has every change up to it has this one
   * @param repeated whether it was written before
   */
  record Receipt(long sequence, Applied applied, boolean repeated) {}

  /** All registrations that shall be, on their way; see {@link RegistrationStore#replace}. */
  interface Replacement extends AutoCloseable {
    /**
     * @throws IllegalArgumentException when the batch deletes: what is not added is not registered
     */
    void add(RegistrationBatch batch) throws StoreException;

    /** What {@link #commit} would come to now. Its {@code superseded} is 0. */
    Applied preview() throws StoreException;

    /** Takes the place of all that was registered, in one transaction, and ends the replacement. */
    Applied commit() throws StoreException;

    /** Discards what was not committed. */
    @Override
    void close();
  }

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
