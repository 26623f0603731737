package org.blindbook.server.epochs;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs as the operator wants them: starts the enclave of one that is begun beside the others,
 * lets another one serve, ends one that is retired once its clients are done. An enclave that does
 * not start is a matter of its own epoch only.
 */
public final class HostedEpochs implements Enclaves {
  private static final Logger log = LoggerFactory.getLogger(HostedEpochs.class);

  private static final int POLL_MILLIS = 200;

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

  private final Wishes wishes;
  private final Opening opening;
  private final Duration drainTime;
  private final Consumer<List<EpochStatus>> report;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Set<Integer> failed = new HashSet<>();
  private Optional<EpochPlan> lastWish = Optional.empty();

  private volatile SortedMap<Integer, HostedEpoch> live = new TreeMap<>();
  private volatile @Nullable EpochPlan plan;

  /**
   * @param drainTime how long clients of a retired epoch may take to come to their end
   * @param report told the {@link #statuses} several times a second
   */
  public HostedEpochs(
      Wishes wishes, Opening opening, Duration drainTime, Consumer<List<EpochStatus>> report) {
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
    EpochPlan first =
        wishes.read().orElseThrow(() -> new EnclaveStartException("Nothing is to be served."));
    begin(opening.open(first.serving()));
    plan = first;
    lastWish = Optional.of(first);
    thread.start();
  }

  /**
   * Waits until clients are admitted to the serving epoch for the first time.
   *
   * @return the enclave's measurement
   * @throws EnclaveStartException when that will not happen
   */
  public String awaitReady() throws EnclaveStartException, InterruptedException {
    return serving().supervisor().awaitReady();
  }

  private HostedEpoch serving() {
    EpochPlan current = plan;
    HostedEpoch epoch = current == null ? null : live.get(current.serving());
    if (epoch == null) {
      throw new NoSuchElementException("not started");
    }
    return epoch;
  }

  @Override
  public OptionalInt choose(List<Integer> usable) {
    SortedMap<Integer, HostedEpoch> now = live;
    EpochPlan current = plan;
    if (current == null) {
      return OptionalInt.empty();
    }
    int serving = current.serving();
    if (usable.isEmpty() || serving == EpochPlan.NO_EPOCH || usable.contains(serving)) {
      return OptionalInt.of(serving);
    }
    return usable.stream().filter(now::containsKey).mapToInt(epoch -> epoch).max();
  }

  @Override
  public Optional<EnclaveCalls> of(int epoch) {
    HostedEpoch hosted = stopping.getCount() == 0 ? null : live.get(epoch);
    return hosted == null ? Optional.empty() : hosted.supervisor().serving();
  }

  @Override
  public List<EpochStatus> statuses() {
    EpochPlan current = plan;
    return live.values().stream()
        .map(
            epoch ->
                epoch.status(
                    current != null && current.serving() == epoch.number(),
                    stopping.getCount() == 0))
        .toList();
  }

  private void follow() {
    try {
      do {
        Optional<EpochPlan> wish = wishes.read();
        if (!wish.equals(lastWish)) {
          lastWish = wish;
          failed.clear();
          log.info("{}", wish.isPresent() ? "following new epochs" : "the epochs cannot be read");
        }
        wish.ifPresent(this::apply);
        report.accept(statuses());
      } while (!stopping.await(POLL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the thread of the epochs", e);
    }
  }

  private void apply(EpochPlan wanted) {
    for (int epoch : wanted.live()) {
      if (!live.containsKey(epoch) && !failed.contains(epoch)) {
        tryToBegin(epoch);
      }
    }
    // A switch to an enclave that is not ready would be a gap.
    if (of(wanted.serving()).isPresent()) {
      plan = wanted;
    }
    for (int epoch : live.keySet()) {
      if (!wanted.live().contains(epoch) && epoch != serving().number()) {
        retire(epoch);
      }
    }
  }

  private void tryToBegin(int epoch) {
    try {
      HostedEpoch hosted = opening.open(epoch);
      begin(hosted);
      Thread.ofVirtual().name("beginning").start(() -> tellHowItBegins(hosted));
    } catch (EnclaveStartException e) {
      failed.add(epoch);
      log.error("epoch {} cannot begin: {}", epoch, e.sentence());
    }
  }

  private static void tellHowItBegins(HostedEpoch hosted) {
    try {
      hosted.supervisor().awaitReady();
      log.info("epoch {} is ready", hosted.number());
    } catch (EnclaveStartException e) {
      log.error("epoch {} does not begin: {}", hosted.number(), e.sentence());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(HostedEpoch hosted) {
    SortedMap<Integer, HostedEpoch> more = new TreeMap<>(live);
    more.put(hosted.number(), hosted);
    live = more;
    hosted.supervisor().start();
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
