package org.blindbook.server.enclavehost;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an enclave running: starts it, restores its snapshot, lets it catch up with the store,
 * admits clients, follows the store; and does all of it again whenever the enclave dies. One thread
 * does the work; the state it publishes may be read from any.
 */
public final class EnclaveSupervisor {
  private static final Logger log = LoggerFactory.getLogger(EnclaveSupervisor.class);

  private static final int POLL_MILLIS = 200;
  private static final int TABLE_FULL_MILLIS = 5_000;
  private static final long STATS_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SNAPSHOT_PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MIN_BACKOFF_MILLIS = 250;
  private static final long MAX_BACKOFF_MILLIS = 30_000;

  /** An enclave that dies this often before it ever was ready will not come up at all. */
  private static final int FIRST_ATTEMPTS = 3;

  /** What an enclave needs before its registrations. */
  public interface Preparation {
    /**
     * @param storeIsEmpty whether nobody was ever registered
     * @throws EnclaveStartException when no enclave can be prepared until an operator does
     *     something
     */
    void prepare(EnclaveCalls enclave, boolean storeIsEmpty)
        throws EnclaveStartException, CallException, InterruptedException;
  }

  private final EnclaveLauncher launcher;
  private final RegistrationStore store;
  private final SnapshotFile snapshot;
  private final long snapshotIntervalNanos;
  private final InstantSource clock;
  private final Preparation preparation;
  private final Runnable onEnclaveGone;
  private final CompletableFuture<String> firstReady = new CompletableFuture<>();
  private final Thread thread;

  private volatile boolean stopping;
  private volatile boolean lastSnapshotWanted = true;
  private volatile EnclaveStatus status = EnclaveStatus.STARTING;
  private volatile @Nullable EnclaveCalls serving;

  /**
   * @param preparation of every enclave
   * @param onEnclaveGone called from the supervisor's thread when clients of the enclave have to go
   */
  public EnclaveSupervisor(
      EnclaveLauncher launcher,
      RegistrationStore store,
      Path snapshot,
      Duration snapshotInterval,
      InstantSource clock,
      Preparation preparation,
      Runnable onEnclaveGone) {
    this.preparation = preparation;
    this.launcher = launcher;
    this.store = store;
    this.snapshot = new SnapshotFile(snapshot);
    this.snapshotIntervalNanos = snapshotInterval.toNanos();
    this.clock = clock;
    this.onEnclaveGone = onEnclaveGone;
    this.thread = Thread.ofPlatform().name("enclave-supervisor").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /**
   * Waits until clients are admitted for the first time.
   *
   * @return the enclave's measurement
   * @throws EnclaveStartException when that will not happen
   */
  public String awaitReady() throws EnclaveStartException, InterruptedException {
    try {
      return firstReady.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EnclaveStartException failure) {
        throw new EnclaveStartException(failure.sentence());
      }
      throw new IllegalStateException("the supervisor failed", e);
    }
  }

  /** The enclave, while clients may be admitted to it. */
  public Optional<EnclaveCalls> serving() {
    return Optional.ofNullable(serving);
  }

  public EnclaveStatus status() {
    return status;
  }

  /**
   * Takes no more clients, writes a snapshot if there is something new, stops the enclave. What is
   * not done in time is given up: the store has it all.
   */
  public void stop(Duration time) {
    stopping = true;
    if (thread.getState() != Thread.State.NEW && !ends(time)) {
      log.warn("the enclave did not stop in time: giving up its snapshot");
      thread.interrupt();
      ends(time);
    }
  }

  /** As {@link #stop}, of an enclave that nobody will ever start again. */
  public void stopForGood(Duration time) {
    lastSnapshotWanted = false;
    stop(time);
  }

  private boolean ends(Duration time) {
    try {
      return thread.join(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    try {
      supervise();
    } catch (InterruptedException stopped) {
      log.debug("the supervisor was told to hurry");
    } catch (RuntimeException | Error e) {
      log.error("the supervisor failed", e);
      firstReady.completeExceptionally(e);
    } finally {
      publish(Phase.STOPPED);
      firstReady.completeExceptionally(new EnclaveStartException("The server was stopped."));
    }
  }

  private void supervise() throws InterruptedException {
    long backoff = MIN_BACKOFF_MILLIS;
    int failures = 0;
    while (!stopping) {
      boolean wasReady = false;
      try (RunningEnclave enclave = launcher.launch()) {
        wasReady = runToItsEnd(enclave);
      } catch (EnclaveStartException e) {
        if (firstReady.completeExceptionally(e)) {
          return;
        }
        log.error("{}", e.sentence());
      }
      failures = wasReady ? 0 : failures + 1;
      if (!stopping && !firstReady.isDone() && failures == FIRST_ATTEMPTS) {
        firstReady.completeExceptionally(
            new EnclaveStartException(
                "The enclave ended " + failures + " times before it was ready: see the log."));
        return;
      }
      backoff = wasReady ? MIN_BACKOFF_MILLIS : Math.min(MAX_BACKOFF_MILLIS, backoff * 2);
      if (!stopping) {
        log.warn("restarting the enclave in {} ms", backoff);
        waitFor(backoff);
      }
    }
  }

  private void waitFor(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!stopping && System.nanoTime() < end) {
      Thread.sleep(Math.min(millis, POLL_MILLIS));
    }
  }

  /** Serves with one enclave until it dies or the server stops. True when it ever was ready. */
  private boolean runToItsEnd(RunningEnclave enclave)
      throws EnclaveStartException, InterruptedException {
    TableFeed table = new TableFeed(enclave.connection(), store, snapshot);
    boolean wasReady = false;
    try {
      status = new EnclaveStatus(false, Phase.RESTORING, 0, 0, status.head());
      preparation.prepare(enclave.connection(), store.head() == 0);
      table.restore();
      publish(Phase.CATCHING_UP);
      wasReady = follow(enclave, table);
      serving = null;
      if (stopping && lastSnapshotWanted && table.changedSinceSnapshot()) {
        table.writeSnapshot(Long.MAX_VALUE);
      }
    } catch (CallException | StoreException | IllegalStateException e) {
      wasReady |= serving != null;
      log.warn("the enclave ended or is given up ({})", e.getMessage());
    } finally {
      serving = null;
      publish(stopping ? Phase.STOPPED : Phase.RESTARTING);
      onEnclaveGone.run();
    }
    return wasReady;
  }

  /** Follows the store. Returns when the server stops, fails when the enclave dies. */
  private boolean follow(RunningEnclave enclave, TableFeed table)
      throws CallException, InterruptedException {
    EvidenceWatch evidence = new EvidenceWatch(enclave, clock);
    long lastSnapshot = System.nanoTime();
    long lastStats = 0;
    while (!stopping) {
      Phase problem = advance(table);
      boolean behind = problem == Phase.CATCHING_UP;
      if (!behind || System.nanoTime() - lastStats > STATS_NANOS) {
        lastStats = System.nanoTime();
        show(enclave, table, problem, evidence.check());
      }
      if (behind) {
        continue;
      }
      if (table.changedSinceSnapshot()
          && System.nanoTime() - lastSnapshot > snapshotIntervalNanos) {
        table.writeSnapshot(SNAPSHOT_PATIENCE_NANOS);
        lastSnapshot = System.nanoTime();
      }
      awaitEnd(enclave, problem == Phase.TABLE_FULL ? TABLE_FULL_MILLIS : POLL_MILLIS);
    }
    return serving != null;
  }

  /** One step after the store: READY when there is nothing left, else what is going on. */
  private Phase advance(TableFeed table) throws CallException, InterruptedException {
    try {
      return table.advance() ? Phase.READY : Phase.CATCHING_UP;
    } catch (CallException e) {
      if (e.error() != CallError.TABLE_FULL) {
        throw e;
      }
      return Phase.TABLE_FULL;
    } catch (StoreException e) {
      return Phase.STORE_UNREADABLE;
    }
  }

  private void show(RunningEnclave enclave, TableFeed table, Phase problem, Phase evidence)
      throws CallException, InterruptedException {
    EnclaveCalls.Stats stats = table.stats();
    boolean was = serving != null;
    // Once it serves, an enclave goes on serving while it is behind: late is better than never.
    boolean now = stats.ready() && (was || problem == Phase.READY);
    Phase phase = problem == Phase.READY && !stats.ready() ? Phase.WARMING_UP : problem;
    if (phase == Phase.READY) {
      phase = evidence;
    }
    EnclaveStatus next =
        new EnclaveStatus(now, phase, stats.records(), table.sequence(), table.head());
    if (next.phase() != status.phase() && phase != Phase.CATCHING_UP) {
      log.info(
          "{} ({} registrations, sequence {})", phase.reason(), next.records(), next.sequence());
    }
    status = next;
    serving = now ? enclave.connection() : null;
    if (now) {
      firstReady.complete(enclave.measurement());
    }
  }

  private static void awaitEnd(RunningEnclave enclave, int millis)
      throws CallException, InterruptedException {
    try {
      enclave.connection().gone().get(millis, TimeUnit.MILLISECONDS);
      throw new CallException(CallError.GONE);
    } catch (TimeoutException stillThere) {
      // go on
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a connection is not a failure", e);
    }
  }

  private void publish(Phase phase) {
    status = status.notServing(phase);
  }
}
