package org.blindbook.server.enclavehost;

import static org.blindbook.server.enclavehost.EnclaveConnection.await;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one enclave's table equal to the store, and its sealed snapshot on disk. The store's
 * sequence numbers are the truth: whatever a snapshot or a crash lost is read again. Used by the
 * supervisor's thread only.
 */
final class TableFeed implements FollowingTable {
  private static final Logger log = LoggerFactory.getLogger(TableFeed.class);

  private static final int RETRY_MILLIS = 50;

  /** So many changes behind, a second for counting ten million registrations is worth while. */
  static final long FAR_BEHIND = 8L * Update.MAX_ENTRIES;

  private final LookupConnection enclave;
  private final RegistrationStore store;
  private final FollowedStore followed;
  private final SnapshotFile snapshot;
  private final OldestWriter writer = new OldestWriter(System::nanoTime);
  private long registrations;
  private long sequence;
  private long head;
  private boolean upToDate;
  private OptionalLong completeNanos = OptionalLong.empty();
  private boolean changedSinceSnapshot;
  private boolean roomMade;

  /** Read while the enclave worked; follows {@link #sequence}. */
  private Optional<Update> ahead = Optional.empty();

  TableFeed(LookupConnection enclave, RegistrationStore store, SnapshotFile snapshot) {
    this.enclave = enclave;
    this.store = store;
    this.followed = new FollowedStore(store);
    this.snapshot = snapshot;
  }

  @Override
  public TableProgress progress() {
    return new TableProgress(registrations, sequence, head, completeNanos, writer.sinceNanos());
  }

  boolean changedSinceSnapshot() {
    return changedSinceSnapshot;
  }

  /** Gives the snapshot to a new enclave, if there is one that it can open and that fits. */
  void restore() throws CallException, UnansweredException, StoreException, InterruptedException {
    followed.requireSame();
    if (!snapshot.exists()) {
      return;
    }
    try (SnapshotFile.Reader chunks = snapshot.open()) {
      SnapshotOrigin.Fit fit = chunks.origin().fitTo(store);
      if (fit != SnapshotOrigin.Fit.FITS) {
        discardSnapshot(fit.reason());
        return;
      }
      giveTo(enclave, chunks);
      followed.beganAt(sequence);
      snapshot.restored();
      log.info("restored the snapshot up to sequence {}", sequence);
    } catch (IOException e) {
      discardSnapshot("it is damaged or of another version");
    } catch (CallException e) {
      if (e.error() != CallError.NOT_UNSEALABLE) {
        throw e;
      }
      discardSnapshot("the enclave cannot open it");
    } catch (UnansweredException e) {
      if (snapshot.interruptedAgain()) {
        discardSnapshot("the enclave ended twice while it restored it");
      }
      throw e;
    }
  }

  /** Reads each chunk while the enclave opens the one before. */
  private void giveTo(LookupConnection to, SnapshotFile.Reader chunks)
      throws IOException, CallException, UnansweredException, InterruptedException {
    byte[] chunk = chunks.next();
    boolean last;
    do {
      byte[] given = chunk;
      CompletionStage<TableState> opening = to.restore(given);
      last = given.length == 0;
      chunk = last ? given : chunks.next();
      took(answer(opening, () -> to.restore(given)));
    } while (!last);
  }

  private void took(TableState state) {
    registrations = state.registrations();
    sequence = state.sequence();
  }

  private void discardSnapshot(String reason) {
    log.warn("discarding the snapshot, because {}: starting from the store", reason);
    registrations = 0;
    sequence = 0;
    try {
      snapshot.discard();
    } catch (IOException e) {
      log.error("the snapshot file cannot be deleted: delete it by hand");
    }
  }

  /**
   * Gives the enclave the next changes of the store, if there are any, and reads the ones after
   * them meanwhile. True when it then has all that is committed.
   *
   * @throws IllegalStateException when the store is older than the table, or may lack some of it
   */
  @Override
  public boolean advance()
      throws CallException, UnansweredException, StoreException, InterruptedException {
    long now = System.nanoTime();
    if (!changed()) {
      completeNanos = OptionalLong.of(now);
      return true;
    }
    followed.requireSame();
    writer.is(store.oldestWriter());
    head = store.head();
    if (head < sequence) {
      discardSnapshot("the store is older than it");
      throw new IllegalStateException("the store went back");
    }
    if (registrations == 0 && !roomMade && head - sequence > FAR_BEHIND) {
      makeRoom();
    }
    Update update =
        ahead.isPresent() ? ahead.get() : followed.changesAfter(sequence, Update.MAX_ENTRIES);
    ahead = Optional.empty();
    upToDate = update.count() < Update.MAX_ENTRIES;
    if (update.count() > 0) {
      CompletionStage<TableState> applying = enclave.update(update);
      Optional<Update> next = upToDate ? Optional.empty() : readAfter(update);
      took(answer(applying, () -> enclave.update(update)));
      ahead = next;
      changedSinceSnapshot = true;
    }
    if (upToDate) {
      completeNanos = OptionalLong.of(now);
    }
    return upToDate;
  }

  /**
   * What comes after an update that the enclave has not taken yet. Empty when it is not full: more
   * may be written until its turn comes, and whoever reads the end has to have looked for changes
   * before. Empty, too, when the store cannot be read, which the next step finds out as well.
   */
  private Optional<Update> readAfter(Update update) {
    try {
      return Optional.of(followed.changesAfter(update.sequence(), Update.MAX_ENTRIES))
          .filter(next -> next.count() == Update.MAX_ENTRIES);
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  /**
   * An empty table that has all of the store to come would grow twenty times on its way to ten
   * million registrations, and have most of its time go into that.
   */
  private void makeRoom()
      throws CallException, UnansweredException, StoreException, InterruptedException {
    roomMade = true;
    long total = store.registered();
    try {
      TableState state = await(enclave.reserve(total));
      if (total > state.capacity() / 16 * 15) {
        // A table so full begins to grow on its way: rather now, while there is nothing to move.
        state = await(enclave.reserve(state.capacity() + 1));
      }
      log.info("made room for {} registrations", state.capacity());
    } catch (CallException e) {
      if (e.error() != CallError.TABLE_FULL) {
        throw e;
      }
      log.warn(
          "the enclave has no memory for a table of {} registrations and room to grow: it takes"
              + " what it can",
          total);
    }
  }

  private boolean changed() throws StoreException {
    upToDate &= !store.changedSinceLastAsked();
    return !upToDate;
  }

  /** Waits for as long as the enclave says that it is not ready to take updates. */
  static TableState apply(LookupConnection enclave, Update update)
      throws CallException, UnansweredException, InterruptedException {
    return answer(enclave.update(update), () -> enclave.update(update));
  }

  private static TableState answer(
      CompletionStage<TableState> asked, Supplier<CompletionStage<TableState>> again)
      throws CallException, UnansweredException, InterruptedException {
    CompletionStage<TableState> call = asked;
    while (true) {
      try {
        return await(call);
      } catch (CallException e) {
        if (e.error() != CallError.NOT_READY) {
          throw e;
        }
        Thread.sleep(RETRY_MILLIS);
        call = again.get();
      }
    }
  }

  /**
   * Writes a snapshot. Updates wait meanwhile, so it is given up once {@code patienceNanos} have
   * passed and the store has changed; the last complete one stays.
   */
  void writeSnapshot(long patienceNanos)
      throws CallException, UnansweredException, InterruptedException {
    try {
      SnapshotOrigin origin = SnapshotOrigin.of(store, sequence);
      long bytes = snapshot.write(origin, new Sealing(patienceNanos));
      changedSinceSnapshot = false;
      log.info("wrote a snapshot of {} bytes up to sequence {}", bytes, sequence);
    } catch (CallException e) {
      log.info("gave up a snapshot ({}); trying again later", e.error());
    } catch (StoreException e) {
      log.error(
          "no snapshot is written, and the last one stays, until this is mended: {}",
          e.getMessage());
    } catch (IOException e) {
      log.error(
          "the snapshot cannot be written, and the last one stays: check the data directory's space"
              + " and permissions");
    }
  }

  /** The enclave seals each chunk while the one before is written. */
  private final class Sealing implements SnapshotFile.Chunks {
    private final long start = System.nanoTime();
    private final long patienceNanos;
    private CompletionStage<byte[]> next = enclave.snapshot(0);

    Sealing(long patienceNanos) {
      this.patienceNanos = patienceNanos;
    }

    @Override
    public byte[] chunk(int number)
        throws CallException, UnansweredException, StoreException, InterruptedException {
      if (System.nanoTime() - start > patienceNanos && changed()) {
        throw new CallException(CallError.SNAPSHOT_STALE);
      }
      byte[] chunk = await(next);
      if (chunk.length > 0) {
        next = enclave.snapshot(number + 1);
      }
      return chunk;
    }
  }
}
