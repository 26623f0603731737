package org.blindbook.server.enclavehost;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an enclave running: starts it, does its {@link Duty}, lets clients be admitted; and does
 * all of it again whenever the enclave or its platform dies. It never gives up: what an operator
 * has to mend may be mended while it goes on trying. One thread does the work; the state it
 * publishes may be read from any.
 *
 * @param <C> what may be asked of the enclave
 */
public final class EnclaveSupervisor<C extends EnclaveConnection> {
  private static final Logger log = LoggerFactory.getLogger(EnclaveSupervisor.class);

  private static final int POLL_MILLIS = 200;
  private static final int WARM_UP_POLL_MILLIS = 50;
  private static final int TABLE_FULL_MILLIS = 5_000;
  private static final long SHOW_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MIN_BACKOFF_MILLIS = 250;
  private static final long MAX_BACKOFF_MILLIS = 30_000;

  /**
   * Who waits for an enclave that dies this often before it ever was ready need not wait on; one
   * that cannot be started until somebody mends something is not waited for at all.
   */
  private static final int FIRST_ATTEMPTS = 3;

  private final EnclaveRole role;
  private final EnclaveLauncher<C> launcher;
  private final Duty.Assignment<C> duties;
  private final InstantSource clock;
  private final Runnable onEnclaveGone;
  private final CompletableFuture<String> firstReady = new CompletableFuture<>();
  private final Thread thread;

  private volatile boolean stopping;
  private volatile boolean launched;
  private volatile boolean startedAgain = true;
  private volatile EnclaveStatus status = EnclaveStatus.STARTING;
  private volatile @Nullable C serving;

  /**
   * @param role for messages
   * @param duties done for every enclave
   * @param onEnclaveGone called from the supervisor's thread when clients of the enclave have to go
   */
  public EnclaveSupervisor(
      EnclaveRole role,
      EnclaveLauncher<C> launcher,
      Duty.Assignment<C> duties,
      InstantSource clock,
      Runnable onEnclaveGone) {
    this.role = role;
    this.launcher = launcher;
    this.duties = duties;
    this.clock = clock;
    this.onEnclaveGone = onEnclaveGone;
    this.thread =
        Thread.ofPlatform().name(role.label() + "-supervisor").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /**
   * Waits until clients are admitted for the first time.
   *
   * @return the enclave's measurement
   * @throws EnclaveStartException when an operator has to do something first, or it takes too many
   *     attempts; they go on until {@link #stop}
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
  public Optional<C> serving() {
    return Optional.ofNullable(serving);
  }

  public EnclaveStatus status() {
    return status;
  }

  /**
   * Takes no more clients, ends the duty, stops the enclave. What is not done in time is given up:
   * the store has it all.
   */
  public void stop(Duration time) {
    stopping = true;
    if (!launched) {
      thread.interrupt(); // there is no duty yet that could be ended
    }
    if (thread.getState() != Thread.State.NEW && !ends(time)) {
      log.warn("the {} enclave did not stop in time: giving up its duty", role.label());
      thread.interrupt();
      ends(time);
    }
  }

  /** As {@link #stop}, of an enclave that nobody will ever start again. */
  public void stopForGood(Duration time) {
    startedAgain = false;
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
    } finally {
      publish(Phase.STOPPED);
      firstReady.completeExceptionally(new EnclaveStartException("The server was stopped."));
    }
  }

  private void supervise() throws InterruptedException {
    long backoff = MIN_BACKOFF_MILLIS;
    int failures = 0;
    while (!stopping) {
      boolean wasReady = runOnce();
      if (stopping) {
        return;
      }
      failures = wasReady ? 0 : failures + 1;
      if (failures == FIRST_ATTEMPTS) {
        firstReady.completeExceptionally(
            new EnclaveStartException(
                "The "
                    + role.label()
                    + " enclave ended "
                    + failures
                    + " times before it was ready: see the log."));
      }
      backoff = wasReady ? MIN_BACKOFF_MILLIS : Math.min(MAX_BACKOFF_MILLIS, backoff * 2);
      log.warn("starting the {} enclave again in {} ms", role.label(), backoff);
      waitFor(backoff);
    }
  }

  /** One enclave from its start to its end, however it ends. True when it ever was ready. */
  private boolean runOnce() throws InterruptedException {
    try (RunningEnclave<C> enclave = launcher.launch()) {
      launched = true;
      return runToItsEnd(enclave);
    } catch (EnclaveKilledException e) {
      log.warn("{}", e.sentence());
    } catch (EnclaveStartException e) {
      log.error("{}", e.sentence());
      firstReady.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      log.error("a defect ended the {} enclave", role.label(), e);
    } finally {
      launched = false;
    }
    return false;
  }

  private void waitFor(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!stopping && System.nanoTime() < end) {
      Thread.sleep(Math.min(millis, POLL_MILLIS));
    }
  }

  /** Serves with one enclave until it dies or the server stops. True when it ever was ready. */
  private boolean runToItsEnd(RunningEnclave<C> enclave)
      throws EnclaveStartException, InterruptedException {
    Duty duty = duties.with(enclave);
    boolean wasReady = false;
    try {
      publish(duty.beginning());
      duty.begin();
      wasReady = follow(enclave, duty);
      serving = null;
      if (startedAgain) {
        duty.end();
      }
    } catch (CallException | UnansweredException | StoreException | IllegalStateException e) {
      wasReady |= serving != null;
      log.warn("the {} enclave ended or is given up ({})", role.label(), e.getMessage());
    } finally {
      serving = null;
      publish(stopping ? Phase.STOPPED : Phase.RESTARTING);
      onEnclaveGone.run();
    }
    return wasReady;
  }

  /** Does the duty. Returns when the server stops, fails when the enclave dies. */
  private boolean follow(RunningEnclave<C> enclave, Duty duty)
      throws CallException, UnansweredException, InterruptedException {
    EvidenceWatch evidence = new EvidenceWatch(enclave, clock);
    long lastShown = System.nanoTime() - SHOW_NANOS;
    while (!stopping) {
      Phase problem = duty.step();
      if (problem != Phase.CATCHING_UP || System.nanoTime() - lastShown > SHOW_NANOS) {
        lastShown = System.nanoTime();
        problem = show(enclave, duty, problem, evidence.check());
      }
      if (problem != Phase.CATCHING_UP) {
        duty.rest();
        awaitEnd(enclave, pauseMillis(problem));
      }
    }
    return serving != null;
  }

  private int pauseMillis(Phase problem) {
    if (problem == Phase.TABLE_FULL) {
      return TABLE_FULL_MILLIS;
    }
    return status.phase() == Phase.WARMING_UP ? WARM_UP_POLL_MILLIS : POLL_MILLIS;
  }

  /**
   * Says how things stand and admits clients when they may be.
   *
   * @param evidence what {@link EvidenceWatch#check} says
   * @return what is going on with the duty now
   */
  private Phase show(RunningEnclave<C> enclave, Duty duty, Phase stepped, Phase evidence)
      throws CallException, UnansweredException, InterruptedException {
    EnclaveCalls.Stats stats = EnclaveConnection.await(enclave.connection().stats());
    boolean was = serving != null;
    // A step that waited for the warm-up, the evidence and the question above may have taken
    // seconds, in which more was registered: nothing that waits for them comes after this one.
    boolean admits = !was && stats.ready() && stepped == Phase.READY;
    Phase problem = admits ? duty.step() : stepped;
    // Once it serves, an enclave goes on serving while it is behind: late is better than never.
    boolean now = stats.ready() && (was || problem == Phase.READY);
    Phase phase = problem == Phase.READY && !stats.ready() ? Phase.WARMING_UP : problem;
    if (phase == Phase.READY) {
      phase = evidence;
    }
    EnclaveStatus next = new EnclaveStatus(now, phase, duty.progress());
    if (next.phase() != status.phase() && phase != Phase.CATCHING_UP) {
      log.info(
          "{}: {} ({} registrations, sequence {})",
          role.label(),
          phase.reason(),
          next.table().registrations(),
          next.table().sequence());
    }
    status = next;
    serving = now ? enclave.connection() : null;
    if (now) {
      firstReady.complete(enclave.measurement());
    }
    return problem;
  }

  private static void awaitEnd(RunningEnclave<?> enclave, int millis)
      throws UnansweredException, InterruptedException {
    try {
      enclave.connection().gone().get(millis, TimeUnit.MILLISECONDS);
      throw new UnansweredException(UnansweredException.Reason.ENDED);
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
