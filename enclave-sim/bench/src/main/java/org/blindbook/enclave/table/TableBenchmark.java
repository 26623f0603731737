package org.blindbook.enclave.table;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.blindbook.enclave.oblivious.RandomSource;

/** Measures a full table; times are medians of the rounds after warm-up. */
public final class TableBenchmark {
  private final TableContext context;
  private final TableWorkload workload;
  private final BenchmarkProgress progress;
  private final double[][] times = new double[TableRounds.FIGURES][TableRounds.ROUNDS];
  private long wrong;

  private TableBenchmark(TableContext context, TableWorkload workload, BenchmarkProgress progress) {
    this.context = context;
    this.workload = workload;
    this.progress = progress;
  }

  /**
   * Measures the table that an enclave would use.
   *
   * @param progress told what begins and how far it is
   * @throws TableFullException when the records do not fit in memory
   * @throws IllegalArgumentException with a plain sentence, when this machine has no vectors for
   *     the kernel
   */
  public static TableMeasurement run(TableWorkload workload, BenchmarkProgress progress)
      throws TableFullException {
    TableContext context = context(workload);
    context.requireMachine();
    return run(context, workload, progress);
  }

  static TableContext context(TableWorkload workload) {
    return TableContext.of(
        RandomSource.of(new SecureRandom()), workload.kernel(), workload.threads());
  }

  static TableMeasurement run(
      TableContext context, TableWorkload workload, BenchmarkProgress progress)
      throws TableFullException {
    TableMeasurement measured = new TableBenchmark(context, workload, progress).measure();
    // Its table is garbage by now.
    return workload.growth()
        ? measured.with(
            GrowthBenchmark.run(context, workload.records(), workload.queries(), progress))
        : measured;
  }

  private TableMeasurement measure() throws TableFullException {
    long records = workload.records();
    int queries = workload.queries();
    TableRounds rounds = new TableRounds(context, records, queries, workload.cpuTime(), progress);
    progress.begin(String.format(Locale.ROOT, "Loading %,d users", records), records);
    double loadPerSecond = rounds.update(records, UpdateBatch.MAX_SIZE, progress);
    int warmUp = TableRounds.warmUp(records, queries);
    progress.begin("Looking up", warmUp + TableRounds.ROUNDS);
    for (int round = -warmUp; round < TableRounds.ROUNDS; round++) {
      double[] figures = rounds.get();
      wrong += (long) figures[TableRounds.WRONG];
      for (int i = 0; round >= 0 && i < figures.length; i++) {
        times[i][round] = figures[i];
      }
      progress.at(round + warmUp + 1);
    }
    progress.begin("Updating", 20L * queries);
    double updatesPerSecond = rounds.update(20L * queries, queries, progress);
    BinPlan plan = rounds.table.lookups.plan(queries);
    Geometry geometry = rounds.table.buckets.geometry;
    double pass = median(TableRounds.PASS);
    Optional<ServingMeasurement> serving = serve(rounds);
    return new TableMeasurement(
        workload,
        context.workers().threads(),
        context.kernels().name(),
        plan.slotsPerBin(),
        plan.bins(),
        Math.log(plan.failure()) / Math.log(2),
        median(TableRounds.WHOLE) / 1e3 / queries,
        median(TableRounds.ROUTING) / 1e3,
        pass / geometry.slots(),
        pass / records,
        median(TableRounds.READ) / geometry.slots(),
        (double) geometry.bytes() / records,
        updatesPerSecond,
        loadPerSecond,
        rounds.hits(),
        wrong,
        serving,
        Optional.empty());
  }

  private Optional<ServingMeasurement> serve(TableRounds rounds) throws TableFullException {
    if (workload.serving().isEmpty()) {
      return Optional.empty();
    }
    // Where there is no room for a whole batch of new users, every update counts first: a rare
    // case that would be the only one measured.
    MadeUpUsers users = rounds.users;
    long room = Math.min(UpdateBatch.MAX_SIZE, users.count() / 16);
    MadeUpUsers fewer = new MadeUpUsers(users.count() - room);
    if (room > 0) {
      UpdateBatch deletions = new UpdateBatch((int) room);
      users.register(deletions, fewer.count());
      Arrays.fill(deletions.valueHi, 0);
      Arrays.fill(deletions.valueLo, 0);
      rounds.table.update(deletions);
    }
    ServingBenchmark benchmark =
        new ServingBenchmark(rounds.table, fewer, workload.queries(), progress);
    ServingMeasurement measured = benchmark.run(workload.serving().get());
    wrong += benchmark.wrong();
    return Optional.of(measured);
  }

  private double median(int figure) {
    double[] values = times[figure];
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
