package org.blindbook.server.epochs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.enclavehost.EvaluatorPublicKey;
import org.blindbook.server.enclavehost.LookupConnection;
import org.blindbook.server.enclavehost.RecentWindow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live epoch: its enclaves, at least one, and what goes with them. Where it has both, the
 * lookup enclave's settings name the evaluator, so it starts once the evaluator's key is known: at
 * the first start after the evaluator, later beside it.
 */
public final class HostedEpoch {
  private static final Logger log = LoggerFactory.getLogger(HostedEpoch.class);

  private static final Duration STOP_TIME = Duration.ofSeconds(5);
  private static final int ASK_SECONDS = 5;
  private static final int ASK_AGAIN_MILLIS = 100;

  /** The store of an epoch, its folders, its files. */
  public interface Resources {
    /** Gives back what is open. */
    void close();

    /** Deletes the files, once closed. */
    void delete();
  }

  private final int number;
  private final SortedMap<EnclaveRole, EnclaveSupervisor<?>> supervisors = new TreeMap<>();
  private final Optional<EnclaveSupervisor<EvaluatorConnection>> evaluator;
  private final Optional<Recent> recent;
  private final Optional<EvaluatorPublicKey> evaluatorKey;
  private final Resources resources;

  /**
   * The enclave of recent registrations.
   *
   * @param window which ones those are
   */
  public record Recent(EnclaveSupervisor<LookupConnection> enclave, RecentWindow window) {}

  /**
   * @param number 0 in mode truncated
   * @param lookup empty where nobody is looked up
   * @param evaluator empty where nothing is evaluated
   * @param recent empty where everybody is looked up among all
   * @param evaluatorKey by which clients know the evaluator; empty in mode truncated
   * @param resources what its enclaves work with, and how the epoch leaves nothing behind
   */
  public HostedEpoch(
      int number,
      Optional<EnclaveSupervisor<LookupConnection>> lookup,
      Optional<EnclaveSupervisor<EvaluatorConnection>> evaluator,
      Optional<Recent> recent,
      Optional<EvaluatorPublicKey> evaluatorKey,
      Resources resources) {
    this.number = number;
    lookup.ifPresent(supervisor -> supervisors.put(EnclaveRole.LOOKUP, supervisor));
    evaluator.ifPresent(supervisor -> supervisors.put(EnclaveRole.EVALUATOR, supervisor));
    recent.ifPresent(it -> supervisors.put(EnclaveRole.RECENT, it.enclave()));
    this.evaluator = evaluator;
    this.recent = recent;
    this.evaluatorKey = evaluatorKey;
    this.resources = resources;
  }

  int number() {
    return number;
  }

  void start() {
    supervisors.forEach(
        (role, supervisor) -> {
          if (role.looksUp() && evaluatorKey.isPresent()) {
            evaluatorKey.get().whenKnown(supervisor::start);
          } else {
            supervisor.start();
          }
        });
  }

  /**
   * Waits until clients are admitted to all enclaves that are required.
   *
   * @return their measurements
   */
  SortedMap<EnclaveRole, String> awaitReady() throws EnclaveStartException, InterruptedException {
    SortedMap<EnclaveRole, String> measurements = new TreeMap<>();
    // The evaluator first: while it does not come up, the lookup enclave may not even be started.
    for (EnclaveRole role : List.of(EnclaveRole.EVALUATOR, EnclaveRole.LOOKUP)) {
      EnclaveSupervisor<?> supervisor = supervisors.get(role);
      if (supervisor != null) {
        measurements.put(role, supervisor.awaitReady());
      }
    }
    return measurements;
  }

  /** The enclave of a role, while clients may be admitted to it. */
  Optional<? extends EnclaveConnection> serving(EnclaveRole role) {
    EnclaveSupervisor<?> supervisor = supervisors.get(role);
    return supervisor == null ? Optional.empty() : supervisor.serving();
  }

  /** The evaluator, while clients may be admitted to it. */
  Optional<EvaluatorConnection> evaluator() {
    return evaluator.flatMap(EnclaveSupervisor::serving);
  }

  /** Whether the enclave of recent registrations has every change since a time. */
  boolean recentReachesBackTo(Instant since) {
    return recent.filter(it -> it.window().reachesBackTo(since)).isPresent();
  }

  EpochStatus status(boolean serving, boolean stopping) {
    SortedMap<EnclaveRole, EnclaveStatus> enclaves = new TreeMap<>();
    supervisors.forEach(
        (role, supervisor) -> {
          EnclaveStatus status = supervisor.status();
          enclaves.put(role, stopping ? status.notServing(Phase.STOPPED) : status);
        });
    return new EpochStatus(
        number, serving, enclaves, evaluatorKey.flatMap(EvaluatorPublicKey::value));
  }

  void close(Duration time) {
    stopAll(supervisor -> supervisor.stop(time));
    resources.close();
  }

  void delete() {
    stopAll(supervisor -> supervisor.stopForGood(STOP_TIME));
    resources.close();
    resources.delete();
  }

  /** Side by side: one that takes its time takes it from no other. */
  private void stopAll(Consumer<EnclaveSupervisor<?>> stop) {
    List<Thread> ends = new ArrayList<>();
    supervisors
        .values()
        .forEach(supervisor -> ends.add(Thread.ofVirtual().start(() -> stop.accept(supervisor))));
    try {
      for (Thread end : ends) {
        end.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when no enclave has a session left, or all are gone, or the time is over. */
  void awaitNoSessions(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() < deadline && hasSessions()) {
        Thread.sleep(ASK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean hasSessions() throws InterruptedException {
    for (EnclaveRole role : supervisors.keySet()) {
      Optional<? extends EnclaveConnection> enclave = serving(role);
      if (enclave.isPresent() && hasSessions(enclave.get())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSessions(EnclaveConnection enclave) throws InterruptedException {
    try {
      return enclave.stats().toCompletableFuture().get(ASK_SECONDS, TimeUnit.SECONDS).sessions()
          > 0;
    } catch (ExecutionException | TimeoutException e) {
      log.debug("an enclave that is to end does not answer");
      return false;
    }
  }
}
