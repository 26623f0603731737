package org.blindbook.server.enclavehost;

import static org.blindbook.server.enclavehost.EnclaveConnection.await;

import java.io.IOException;
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

  private final LookupConnection enclave;
  private final RegistrationStore store;
  private final SnapshotFile snapshot;
  private long registrations;
  private long sequence;
  private long head;
  private boolean upToDate;
  private boolean changedSinceSnapshot;

  TableFeed(LookupConnection enclave, RegistrationStore store, SnapshotFile snapshot) {
    this.enclave = enclave;
    this.store = store;
    this.snapshot = snapshot;
  }

  @Override
  public TableProgress progress() {
    return new TableProgress(registrations, sequence, head);
  }

  boolean changedSinceSnapshot() {
    return changedSinceSnapshot;
  }

  /** Gives the snapshot to a new enclave, if there is one that it can open. */
  void restore() throws CallException, UnansweredException, StoreException, InterruptedException {
    if (!snapshot.exists()) {
      return;
    }
    try (SnapshotFile.Reader chunks = snapshot.open(store.identity())) {
      byte[] chunk;
      do {
        chunk = chunks.next();
        took(restoreChunk(chunk));
      } while (chunk.length > 0);
      snapshot.restored();
      log.info("restored the snapshot up to sequence {}", sequence);
    } catch (IOException e) {
      discardSnapshot("it is damaged or of another store");
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

  private void took(TableState state) {
    registrations = state.registrations();
    sequence = state.sequence();
  }

  private TableState restoreChunk(byte[] chunk)
      throws CallException, UnansweredException, InterruptedException {
    while (true) {
      try {
        return await(enclave.restore(chunk));
      } catch (CallException e) {
        waitWhileNotReady(e);
      }
    }
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
   * Gives the enclave the next changes of the store, if there are any. True when it then has all
   * that is committed.
   *
   * @throws IllegalStateException when the store is older than the table
   */
  @Override
  public boolean advance()
      throws CallException, UnansweredException, StoreException, InterruptedException {
    if (!changed()) {
      return true;
    }
    head = store.head();
    if (head < sequence) {
      discardSnapshot("the store is older than it");
      throw new IllegalStateException("the store went back");
    }
    Update update = store.changesAfter(sequence, Update.MAX_ENTRIES);
    if (update.count() > 0) {
      took(apply(enclave, update));
      changedSinceSnapshot = true;
    }
    upToDate = update.count() < Update.MAX_ENTRIES;
    return upToDate;
  }

  private boolean changed() throws StoreException {
    upToDate &= !store.changedSinceLastAsked();
    return !upToDate;
  }

  /** Waits for as long as the enclave says that it is not ready to take updates. */
  static TableState apply(LookupConnection enclave, Update update)
      throws CallException, UnansweredException, InterruptedException {
    while (true) {
      try {
        return await(enclave.update(update));
      } catch (CallException e) {
        waitWhileNotReady(e);
      }
    }
  }

  private static void waitWhileNotReady(CallException e)
      throws CallException, UnansweredException, InterruptedException {
    if (e.error() != CallError.NOT_READY) {
      throw e;
    }
    Thread.sleep(RETRY_MILLIS);
  }

  /**
   * Writes a snapshot. Updates wait meanwhile, so it is given up once {@code patienceNanos} have
   * passed and the store has changed; the last complete one stays.
   */
  void writeSnapshot(long patienceNanos)
      throws CallException, UnansweredException, InterruptedException {
    long start = System.nanoTime();
    try {
      long bytes =
          snapshot.write(
              store.identity(),
              number -> {
                if (System.nanoTime() - start > patienceNanos && changed()) {
                  throw new CallException(CallError.SNAPSHOT_STALE);
                }
                return await(enclave.snapshot(number));
              });
      changedSinceSnapshot = false;
      log.info("wrote a snapshot of {} bytes up to sequence {}", bytes, sequence);
    } catch (CallException e) {
      log.info("gave up a snapshot ({}); trying again later", e.error());
    } catch (StoreException e) {
      log.info("gave up a snapshot (the store cannot be read); trying again later");
    } catch (IOException e) {
      log.error("the snapshot cannot be written: check the data directory's space and permissions");
    }
  }
}
