package org.blindbook.loadtest.driver;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.blindbook.loadtest.measurement.Meter;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.measurement.Second;
import org.blindbook.loadtest.measurement.Timeline;

/** A load test, from the first client to the last answer. */
public final class LoadRun implements AutoCloseable {
  /** Until the workers have heard of it. */
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Seconds after the last attempt has timed out: then something is wrong here. */
  private static final int SLACK_SECONDS = 5;

  private final LoadPlan plan;
  private final Vertx vertx;
  private final Meter warmUp = new Meter();
  private final Meter measured = new Meter();
  private final List<Worker> workers = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile double cpuSeconds;

  public LoadRun(LoadPlan plan) throws InterruptedException {
    this.plan = plan;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(plan.threads())
                .setWorkerPoolSize(plan.threads()));
    for (int i = 0; i < plan.threads(); i++) {
      Worker worker = new Worker(plan, i, warmUp, measured);
      join(vertx.deployVerticle(worker).toCompletionStage().toCompletableFuture());
      workers.add(worker);
    }
  }

  private static <T> T join(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker cannot start", e.getCause());
    }
  }

  /** One discovery, alone: whether there is a server, and what it is worth to go on. */
  public Outcome probe() throws InterruptedException {
    CompletableFuture<Outcome> end = new CompletableFuture<>();
    workers.getFirst().one(end::complete);
    try {
      return end.get(plan.timeout().toSeconds() + SLACK_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return new Outcome.TimedOut();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Lets the clients come, and returns when the last has been answered or has given up.
   *
   * @param phaseEnds in seconds since the beginning; the last one is when nobody comes any more
   * @param progress told each second, on this thread
   */
  public Results run(List<Integer> phaseEnds, Consumer<Second> progress)
      throws InterruptedException {
    Timeline timeline = new Timeline(measured, phaseEnds);
    long begin = System.nanoTime() + LEAD_NANOS;
    workers.forEach(worker -> worker.begin(begin));
    long measuredFrom = begin + TimeUnit.SECONDS.toNanos(plan.warmUpSeconds());
    int scheduled = phaseEnds.getLast();
    long last = scheduled + plan.timeout().toSeconds() + SLACK_SECONDS;
    boolean goOn = sleepUntil(measuredFrom);
    long cpuBefore = cpuNanos();
    for (int second = 1; goOn && second <= last; second++) {
      goOn = sleepUntil(measuredFrom + TimeUnit.SECONDS.toNanos(second));
      if (goOn) {
        boolean finished = workers.stream().allMatch(Worker::isFinished);
        progress.accept(timeline.tick());
        goOn = !finished || timeline.someoneWaits();
      }
      if (second <= scheduled) {
        cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
      }
    }
    workers.forEach(Worker::dismiss);
    return timeline.results();
  }

  /** False when the run was stopped meanwhile. */
  private boolean sleepUntil(long nanoTime) throws InterruptedException {
    return !stopped.await(Math.max(0, nanoTime - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** Processor time of this process while clients came, warm-up left out. */
  public double cpuSeconds() {
    return cpuSeconds;
  }

  /** Ends the run now, with what there is so far; may be called from any thread. */
  public void stop() {
    stopped.countDown();
    workers.forEach(Worker::dismiss);
  }

  @Override
  public void close() throws InterruptedException {
    join(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
