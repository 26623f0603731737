package org.blindbook.server.epochs;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs as the operator wants them: starts the enclaves of one that is begun beside the
 * others, lets another one serve, ends one that is retired once its clients are done. An enclave
 * that does not start is a matter of its own epoch only, and is tried again.
 */
public final class HostedEpochs implements Enclaves {
  private static final Logger log = LoggerFactory.getLogger(HostedEpochs.class);

  private static final int POLL_MILLIS = 200;

  /** How long what went wrong is left alone: the operator may be mending it. */
  private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

  /** Where the operator's wishes come from. */
  public interface Wishes {
    /** Empty while they cannot be read; then everything stays as it is. */
    Optional<EpochPlan> read();
  }

  /** Puts together what an epoch needs. */
  public interface Opening {
    /**
     * @throws EnclaveStartException when an operator has to do something first
     */
    HostedEpoch open(int epoch) throws EnclaveStartException;
  }

  private final Set<EnclaveRole> roles;
  private final Wishes wishes;
  private final Opening opening;
  private final Duration drainTime;
  private final Consumer<List<EpochStatus>> report;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /** Epochs that could not begin, with the time from which they are tried again. */
  private final Map<Integer, Long> failed = new HashMap<>();

  private Optional<EpochPlan> lastWish;

  private volatile SortedMap<Integer, HostedEpoch> live = new TreeMap<>();
  private volatile EpochPlan plan;

  /**
   * @param roles of the enclaves of every epoch
   * @param first what is to be served from the start
   * @param drainTime how long clients of a retired epoch may take to come to their end
   * @param report told the {@link #statuses} several times a second
   */
  public HostedEpochs(
      Set<EnclaveRole> roles,
      EpochPlan first,
      Wishes wishes,
      Opening opening,
      Duration drainTime,
      Consumer<List<EpochStatus>> report) {
    this.roles = Set.copyOf(roles);
    this.plan = first;
    this.lastWish = Optional.of(first);
    this.wishes = wishes;
    this.opening = opening;
    this.drainTime = drainTime;
    this.report = report;
    this.thread = Thread.ofPlatform().name("epochs").daemon().unstarted(this::follow);
  }

  /**
   * Starts the enclaves, then follows the operator's wishes.
   *
   * @throws EnclaveStartException when the epoch that serves cannot be put together
   */
  public void start() throws EnclaveStartException {
    begin(opening.open(plan.serving()));
    thread.start();
  }

  /**
   * Waits until clients are admitted to the serving epoch for the first time.
   *
   * @return the measurement of the enclave of each role
   * @throws EnclaveStartException when that will not happen by itself
   */
  public SortedMap<EnclaveRole, String> awaitReady()
      throws EnclaveStartException, InterruptedException {
    return serving().awaitReady();
  }

  private HostedEpoch serving() {
    HostedEpoch epoch = live.get(plan.serving());
    if (epoch == null) {
      throw new NoSuchElementException("not started");
    }
    return epoch;
  }

  @Override
  public Set<EnclaveRole> roles() {
    return roles;
  }

  @Override
  public OptionalInt choose(List<Integer> usable) {
    SortedMap<Integer, HostedEpoch> now = live;
    EpochPlan current = plan;
    int serving = current.serving();
    if (usable.isEmpty() || serving == EpochPlan.NO_EPOCH || usable.contains(serving)) {
      return OptionalInt.of(serving);
    }
    // One that is planned and has not begun yet is worth coming back for.
    return usable.stream()
        .filter(epoch -> now.containsKey(epoch) || current.live().contains(epoch))
        .mapToInt(epoch -> epoch)
        .max();
  }

  @Override
  public Optional<? extends EnclaveConnection> of(EnclaveRole role, int epoch) {
    return hosted(epoch).flatMap(hosted -> hosted.serving(role));
  }

  @Override
  public Optional<EvaluatorConnection> evaluator(int epoch) {
    return hosted(epoch).flatMap(HostedEpoch::evaluator);
  }

  @Override
  public boolean recentReachesBackTo(Instant since, int epoch) {
    return hosted(epoch).filter(hosted -> hosted.recentReachesBackTo(since)).isPresent();
  }

  private Optional<HostedEpoch> hosted(int epoch) {
    return stopping.getCount() == 0 ? Optional.empty() : Optional.ofNullable(live.get(epoch));
  }

  @Override
  public List<EpochStatus> statuses() {
    int serving = plan.serving();
    return live.values().stream()
        .map(epoch -> epoch.status(serving == epoch.number(), stopping.getCount() == 0))
        .toList();
  }

  private void follow() {
    try {
      Duration pause;
      do {
        pause = Duration.ofMillis(POLL_MILLIS);
        try {
          followOnce();
        } catch (RuntimeException | Error e) {
          log.error("a defect: the operator's wishes cannot be followed; trying again", e);
          pause = TRY_AGAIN;
        }
      } while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the thread of the epochs", e);
    }
  }

  private void followOnce() {
    Optional<EpochPlan> wish = wishes.read();
    if (!wish.equals(lastWish)) {
      lastWish = wish;
      failed.clear();
      log.info("{}", wish.isPresent() ? "following new epochs" : "the epochs cannot be read");
    }
    wish.ifPresent(this::apply);
    report.accept(statuses());
  }

  private void apply(EpochPlan wanted) {
    for (int epoch : wanted.live()) {
      if (!live.containsKey(epoch) && failed.getOrDefault(epoch, Long.MIN_VALUE) < now()) {
        tryToBegin(epoch);
      }
    }
    // A switch to an enclave that is not ready would be a gap.
    HostedEpoch next = live.get(wanted.serving());
    if (next != null && next.status(true, false).ready()) {
      plan = wanted;
    }
    for (int epoch : live.keySet()) {
      if (!wanted.live().contains(epoch) && epoch != serving().number()) {
        retire(epoch);
      }
    }
  }

  private static long now() {
    return System.nanoTime();
  }

  private void tryToBegin(int epoch) {
    try {
      HostedEpoch hosted = opening.open(epoch);
      begin(hosted);
      Thread.ofVirtual().name("beginning").start(() -> tellHowItBegins(hosted));
    } catch (EnclaveStartException e) {
      failed.put(epoch, now() + TRY_AGAIN.toNanos());
      log.error("epoch {} cannot begin: {}", epoch, e.sentence());
    }
  }

  private static void tellHowItBegins(HostedEpoch hosted) {
    try {
      hosted.awaitReady();
      log.info("epoch {} is ready", hosted.number());
    } catch (EnclaveStartException e) {
      log.error("epoch {} has not begun yet: {}", hosted.number(), e.sentence());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(HostedEpoch hosted) {
    SortedMap<Integer, HostedEpoch> more = new TreeMap<>(live);
    more.put(hosted.number(), hosted);
    live = more;
    hosted.start();
  }

  /** From now on nobody gets it; whoever has it may finish. */
  private void retire(int epoch) {
    SortedMap<Integer, HostedEpoch> fewer = new TreeMap<>(live);
    HostedEpoch retired = fewer.remove(epoch);
    live = fewer;
    if (retired != null) {
      log.info("epoch {} is over", epoch);
      Thread.ofVirtual()
          .name("retirement")
          .start(
              () -> {
                retired.awaitNoSessions(drainTime);
                retired.delete();
              });
    }
  }

  /** From now on clients are admitted nowhere. */
  public void refuseAll() {
    stopping.countDown();
  }

  /** Ends all enclaves, all at once; what is not done in time is given up. */
  public void stop(Duration time) {
    refuseAll();
    List<Thread> ends =
        live.values().stream()
            .map(epoch -> Thread.ofVirtual().start(() -> epoch.close(time)))
            .toList();
    for (Thread end : ends) {
      try {
        end.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
