package org.blindbook.enclave.table;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lookups that arrive by themselves, whether the table is busy or not, and changes that arrive in
 * between. One thread takes turns as the enclave's does: the changes that wait, then one pass for
 * all batches of queries that wait.
 *
 * <p>Changes register users anew who are registered already: a change costs the same whatever it
 * changes, and answers stay known.
 */
final class ServingBenchmark {
  /** Changes that the host sends at once. */
  private static final int MOST_CHANGES = 1 << 15;

  /** Batches whose median says how often batches arrive. */
  private static final int REHEARSALS = 15;

  private final SplittableRandom random = new SplittableRandom(2);
  private final ObliviousTable table;
  private final MadeUpUsers users;
  private final int queries;
  private final BenchmarkProgress progress;
  private ObliviousTable.@Nullable Updating updating;
  private long nextChange;
  private long wrong;

  ServingBenchmark(
      ObliviousTable table, MadeUpUsers users, int queries, BenchmarkProgress progress) {
    this.table = table;
    this.users = users;
    this.queries = queries;
    this.progress = progress;
  }

  /** Answers that were not what was registered. */
  long wrong() {
    return wrong;
  }

  ServingMeasurement run(ServingWorkload workload) throws TableFullException {
    double[] alone = new double[REHEARSALS];
    for (int i = 0; i < REHEARSALS; i++) {
      long start = System.nanoTime();
      lookup(1);
      alone[i] = System.nanoTime() - start;
    }
    Arrays.sort(alone);
    long every = (long) (2 * alone[REHEARSALS / 2]);
    Phase idle = phase(workload, 0, every);
    Phase serving = phase(workload, workload.updatesPerSecond(), every);
    return new ServingMeasurement(
        workload,
        every / 1e6,
        serving.applied / serving.seconds,
        idle.latency(),
        serving.latency());
  }

  private static final class Phase {
    final List<Long> nanos = new ArrayList<>();
    long applied;
    double seconds;

    ServingMeasurement.Latency latency() {
      double[] sorted = nanos.stream().mapToDouble(n -> n / 1e6).sorted().toArray();
      return new ServingMeasurement.Latency(
          sorted.length, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]);
    }
  }

  private Phase phase(ServingWorkload workload, int rate, long every) throws TableFullException {
    long duration = SECONDS.toNanos(workload.seconds());
    long gather = MILLISECONDS.toNanos(workload.gatherMillis());
    progress.begin(rate == 0 ? "Serving, idle" : "Serving with updates", workload.seconds());
    Phase phase = new Phase();
    int most = Math.max(1, LookupBatch.MAX_SIZE / queries);
    long start = System.nanoTime();
    long nextArrival = 0;
    long lastUpdate = 0;
    long now = 0;
    while (now < duration) {
      progress.at(NANOSECONDS.toSeconds(now));
      long waiting = (long) (now / 1e9 * rate) - phase.applied;
      // Like the enclave's table thread: one step of an update, then the lookups that wait.
      boolean updated = updating != null || (waiting > 0 && now - lastUpdate >= gather);
      if (updated) {
        if (updating == null) {
          int size = (int) Math.min(MOST_CHANGES, waiting);
          lastUpdate = now;
          updating = begin(size);
          phase.applied += size;
        } else if (!updating.step()) {
          updating = null;
        }
        now = System.nanoTime() - start;
      }
      List<Long> arrivals = new ArrayList<>();
      while (nextArrival <= now && arrivals.size() < most) {
        arrivals.add(nextArrival);
        nextArrival += (long) (every * random.nextDouble(0.5, 1.5));
      }
      if (!arrivals.isEmpty()) {
        lookup(arrivals.size());
        long answered = System.nanoTime() - start;
        arrivals.forEach(arrival -> phase.nanos.add(answered - arrival));
      } else if (!updated) {
        LockSupport.parkNanos(Math.min(nextArrival - now, MILLISECONDS.toNanos(1)));
      }
      now = System.nanoTime() - start;
    }
    phase.seconds = now / 1e9;
    return phase;
  }

  private ObliviousTable.Updating begin(int size) throws TableFullException {
    UpdateBatch update = new UpdateBatch(size);
    users.register(update, nextChange);
    nextChange += size;
    return table.begin(update);
  }

  private void lookup(int batches) {
    LookupBatch batch = new LookupBatch(batches * queries);
    long[] asked = new long[batch.size];
    users.ask(batch, asked, random);
    table.lookup(batch);
    wrong += users.wrong(batch, asked);
  }
}
