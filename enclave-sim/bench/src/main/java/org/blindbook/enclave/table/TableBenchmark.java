package org.blindbook.enclave.table;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.warmup.WarmUp;

/**
 * Measures a full table: half the queries hit, one in sixteen is a duplicate, every answer is
 * checked; times are medians of the rounds after warm-up; a vectorised read of the same memory is
 * timed in the same rounds. It stands in the table's package, not in its jar: it times the parts of
 * a lookup one by one, and the enclave ships no code it does not need.
 */
public final class TableBenchmark {
  private static final int ROUNDS = 41;
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile long sink;

  private final SplittableRandom random = new SplittableRandom(1);
  private final TableContext context;
  private final TableWorkload workload;
  private final MadeUpUsers users;
  private final BenchmarkProgress progress;
  private final LookupBatch batch;
  private final long[] asked;
  private final Times times = new Times();
  private long hits;
  private long wrong;

  /** What each measured round took, in nanoseconds. */
  private static final class Times {
    final double[] whole = new double[ROUNDS];
    final double[] routing = new double[ROUNDS];
    final double[] pass = new double[ROUNDS];
    final double[] read = new double[ROUNDS];
  }

  private TableBenchmark(TableContext context, TableWorkload workload, BenchmarkProgress progress) {
    this.context = context;
    this.workload = workload;
    this.users = new MadeUpUsers(workload.records());
    this.progress = progress;
    this.batch = new LookupBatch(workload.queries());
    this.asked = new long[workload.queries()];
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

  private long now() {
    return workload.cpuTime() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private TableMeasurement measure() throws TableFullException {
    long records = users.count();
    int queries = batch.size;
    ObliviousTable table = ObliviousTable.create(context);
    table.reserve(records);
    progress.begin("Compiling", 0);
    new WarmUp(context).run();
    progress.begin(String.format(Locale.ROOT, "Loading %,d users", records), records);
    double loadPerSecond = update(table, records, (int) Math.min(records, UpdateBatch.MAX_SIZE));
    int warmUp = (int) Math.clamp((1L << 29) / (records + 64L * queries), 15, 300);
    progress.begin("Looking up", warmUp + ROUNDS);
    for (int round = -warmUp; round < ROUNDS; round++) {
      round(table, round);
      progress.at(round + warmUp + 1);
    }
    progress.begin("Updating", 20L * queries);
    double updatesPerSecond = update(table, 20L * queries, queries);
    BinPlan plan = table.lookups.plan(queries);
    Geometry geometry = table.buckets.geometry;
    double pass = median(times.pass);
    Optional<ServingMeasurement> serving = serve(table);
    return new TableMeasurement(
        workload,
        context.workers().threads(),
        context.kernels().name(),
        plan.slotsPerBin(),
        plan.bins(),
        Math.log(plan.failure()) / Math.log(2),
        median(times.whole) / 1e3 / queries,
        median(times.routing) / 1e3,
        pass / geometry.slots(),
        pass / records,
        median(times.read) / geometry.slots(),
        (double) geometry.bytes() / records,
        updatesPerSecond,
        loadPerSecond,
        hits,
        wrong,
        serving,
        Optional.empty());
  }

  private Optional<ServingMeasurement> serve(ObliviousTable table) throws TableFullException {
    if (workload.serving().isEmpty()) {
      return Optional.empty();
    }
    // Where there is no room for a whole batch of new users, every update counts first: a rare
    // case that would be the only one measured.
    long room = Math.min(UpdateBatch.MAX_SIZE, users.count() / 16);
    MadeUpUsers fewer = new MadeUpUsers(users.count() - room);
    if (room > 0) {
      UpdateBatch deletions = new UpdateBatch((int) room);
      users.register(deletions, fewer.count());
      Arrays.fill(deletions.valueHi, 0);
      Arrays.fill(deletions.valueLo, 0);
      table.update(deletions);
    }
    ServingBenchmark benchmark = new ServingBenchmark(table, fewer, batch.size, progress);
    ServingMeasurement measured = benchmark.run(workload.serving().get());
    wrong += benchmark.wrong();
    return Optional.of(measured);
  }

  /** Registers so many users, from the first again after the last; returns how fast. */
  private double update(ObliviousTable table, long changes, int size) throws TableFullException {
    long start = now();
    UpdateBatch update = new UpdateBatch(size);
    for (long next = 0; next < changes; next += size) {
      users.register(update, next);
      table.update(update);
      progress.at(next + size);
    }
    return changes * 1e9 / (now() - start);
  }

  private void round(ObliviousTable table, int round) {
    users.ask(batch, asked, random);
    LookupPass pass = table.lookups;
    long start = now();
    LookupPass.Workspace work = pass.route(batch);
    long routed = now();
    pass.scan(work);
    long scanned = now();
    pass.answer(work, batch);
    long answered = now();
    read(table.buckets);
    long end = now();
    if (round >= 0) {
      times.whole[round] = answered - start;
      times.routing[round] = answered - start - (scanned - routed);
      times.pass[round] = scanned - routed;
      times.read[round] = end - answered;
    }
    hits += users.hits(batch, asked);
    wrong += users.wrong(batch, asked);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private void read(Buckets buckets) {
    context
        .workers()
        .split(
            buckets.geometry.buckets(),
            buckets.geometry.slots(),
            (part, first, end) -> {
              for (int bucket = first; bucket < end; bucket++) {
                int from = buckets.offset(bucket);
                sink = readWords(buckets.segment(bucket), from, from + buckets.bucketLongs);
              }
            });
  }

  private static long readWords(long[] memory, int from, int to) {
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = a;
    for (int i = from; i < to; i += 2 * SPECIES.length()) {
      a = a.lanewise(VectorOperators.XOR, LongVector.fromArray(SPECIES, memory, i));
      b =
          b.lanewise(
              VectorOperators.XOR, LongVector.fromArray(SPECIES, memory, i + SPECIES.length()));
    }
    return a.lanewise(VectorOperators.XOR, b).reduceLanes(VectorOperators.XOR);
  }
}
