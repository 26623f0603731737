package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one enclave's table equal to the store, and its sealed snapshot on disk. The store's
 * sequence numbers are the truth: whatever a snapshot or a crash lost is read again. Used by the
 * supervisor's thread only.
 */
final class TableFeed {
  private static final Logger log = LoggerFactory.getLogger(TableFeed.class);

  /** A table may grow during one update; an enclave silent for longer is taken for dead. */
  private static final int CALL_SECONDS = 300;

  private static final int RETRY_MILLIS = 50;

  private final EnclaveCalls enclave;
  private final RegistrationStore store;
  private final SnapshotFile snapshot;
  private long sequence;
  private long head;
  private boolean upToDate;
  private boolean changedSinceSnapshot;

  TableFeed(EnclaveCalls enclave, RegistrationStore store, SnapshotFile snapshot) {
    this.enclave = enclave;
    this.store = store;
    this.snapshot = snapshot;
  }

  long sequence() {
    return sequence;
  }

  long head() {
    return head;
  }

  boolean changedSinceSnapshot() {
    return changedSinceSnapshot;
  }

  EnclaveCalls.Stats stats() throws CallException, InterruptedException {
    return await(enclave.stats());
  }

  /** Gives the snapshot to a new enclave, if there is one that it can open. */
  void restore() throws CallException, StoreException, InterruptedException {
    if (!snapshot.exists()) {
      return;
    }
    try (SnapshotFile.Reader chunks = snapshot.open(store.identity())) {
      byte[] chunk;
      do {
        chunk = chunks.next();
        sequence = restoreChunk(chunk);
      } while (chunk.length > 0);
      log.info("restored the snapshot up to sequence {}", sequence);
    } catch (IOException e) {
      discardSnapshot("it is damaged or of another store");
    } catch (CallException e) {
      switch (e.error()) {
        case NOT_UNSEALABLE -> discardSnapshot("the enclave cannot open it");
        case GONE -> {
          discardSnapshot("the enclave ended while it restored it");
          throw e;
        }
        default -> throw e;
      }
    }
  }

  private long restoreChunk(byte[] chunk) throws CallException, InterruptedException {
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
  boolean advance() throws CallException, StoreException, InterruptedException {
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
      apply(update);
      sequence = update.sequence();
      changedSinceSnapshot = true;
    }
    upToDate = update.count() < Update.MAX_ENTRIES;
    return upToDate;
  }

  private boolean changed() throws StoreException {
    upToDate &= !store.changedSinceLastAsked();
    return !upToDate;
  }

  private void apply(Update update) throws CallException, InterruptedException {
    while (true) {
      try {
        await(enclave.update(update));
        return;
      } catch (CallException e) {
        waitWhileNotReady(e);
      }
    }
  }

  private static void waitWhileNotReady(CallException e)
      throws CallException, InterruptedException {
    if (e.error() != CallError.NOT_READY) {
      throw e;
    }
    Thread.sleep(RETRY_MILLIS);
  }

  /**
   * Writes a snapshot. Updates wait meanwhile, so it is given up once {@code patienceNanos} have
   * passed and the store has changed; the last complete one stays.
   */
  void writeSnapshot(long patienceNanos) throws CallException, InterruptedException {
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
      if (e.error() == CallError.GONE) {
        throw e;
      }
      log.info("gave up a snapshot ({}); trying again later", e.error());
    } catch (StoreException e) {
      log.info("gave up a snapshot (the store cannot be read); trying again later");
    } catch (IOException e) {
      log.error("the snapshot cannot be written: check the data directory's space and permissions");
    }
  }

  static <T> T await(CompletionStage<T> call) throws CallException, InterruptedException {
    try {
      return call.toCompletableFuture().get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CallException refused) {
        throw new CallException(refused.error());
      }
      throw new IllegalStateException("a call fails with a CallException only", e);
    } catch (TimeoutException e) {
      throw new CallException(CallError.GONE);
    }
  }
}
