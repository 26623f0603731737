package org.blindbook.enclave.table;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * Measures a full table: half the queries hit, one in sixteen is a duplicate, every answer is
 * checked; times are medians of the rounds after warm-up; a vectorised read of the same memory is
 * timed in the same rounds. It stands in the table's package, not in its jar: it times the parts of
 * a lookup one by one, and the enclave ships no code it does not need.
 */
public final class TableBenchmark {
  /** System property: threads of the table, read once. */
  public static final String THREADS_SETTING = Workers.SETTING;

  private static final int ROUNDS = 41;
  private static final VectorSpecies<Long> SPECIES = VectorWidth.SPECIES;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile long sink;

  private final SplittableRandom random = new SplittableRandom(1);
  private final TableContext context;
  private final TableWorkload workload;
  private final long records;
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

  private TableBenchmark(TableContext context, TableWorkload workload) {
    this.context = context;
    this.workload = workload;
    this.records = workload.records();
    this.batch = new LookupBatch(workload.queries());
    this.asked = new long[workload.queries()];
    Arrays.fill(batch.active, -1);
  }

  /**
   * Measures the table that the enclave would use.
   *
   * @param progress told what begins
   * @throws TableFullException when the records do not fit in memory
   */
  public static TableMeasurement run(TableWorkload workload, Consumer<String> progress)
      throws TableFullException {
    return run(TableContext.production(RandomSource.system()), workload, progress);
  }

  static TableMeasurement run(
      TableContext context, TableWorkload workload, Consumer<String> progress)
      throws TableFullException {
    return new TableBenchmark(context, workload).measure(progress);
  }

  private long now() {
    return workload.cpuTime() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private TableMeasurement measure(Consumer<String> progress) throws TableFullException {
    int queries = batch.size;
    ObliviousTable table = ObliviousTable.create(context);
    table.reserve(records);
    progress.accept("Compiling");
    ObliviousTable.warmUp(context.random());
    progress.accept(String.format(Locale.ROOT, "Loading %,d users", records));
    double loadPerSecond = update(table, records, (int) Math.min(records, UpdateBatch.MAX_SIZE));
    int warmUp = (int) Math.clamp((1L << 29) / (records + 64L * queries), 15, 300);
    progress.accept("Looking up, " + warmUp + " batches to warm up and " + ROUNDS + " that count");
    for (int round = -warmUp; round < ROUNDS; round++) {
      round(table, round);
    }
    progress.accept("Updating");
    double updatesPerSecond = update(table, 20L * queries, queries);
    BinPlan plan = table.lookupPlan(queries);
    Geometry geometry = table.buckets().geometry;
    double pass = median(times.pass);
    return new TableMeasurement(
        workload,
        context.workers().threads(),
        context.kernels().name(),
        plan.slotsPerBin(),
        plan.bins(),
        plan.log2Failure(geometry),
        median(times.whole) / 1e3 / queries,
        median(times.routing) / 1e3,
        pass / geometry.slots(),
        pass / records,
        median(times.read) / geometry.slots(),
        (double) geometry.bytes() / records,
        updatesPerSecond,
        loadPerSecond,
        hits,
        wrong);
  }

  /** Registers so many of the records, from the first again after the last; returns how fast. */
  private double update(ObliviousTable table, long changes, int size) throws TableFullException {
    long start = now();
    UpdateBatch update = new UpdateBatch(size);
    for (long next = 0; next < changes; next += size) {
      for (int i = 0; i < size; i++) {
        long record = (next + i) % records;
        update.keyHi[i] = mix(record);
        update.keyLo[i] = mix(~record);
        update.valueHi[i] = record + 1;
        update.valueLo[i] = ~record;
      }
      table.update(update);
    }
    return changes * 1e9 / (now() - start);
  }

  private void round(ObliviousTable table, int round) {
    for (int i = 0; i < batch.size; i++) {
      boolean again = i > 0 && random.nextInt(16) == 0;
      long fresh =
          random.nextBoolean() ? random.nextLong(records) : records + random.nextInt(1 << 30);
      asked[i] = again ? asked[random.nextInt(i)] : fresh;
      batch.keyHi[i] = mix(asked[i]);
      batch.keyLo[i] = mix(~asked[i]);
    }
    LookupPass pass = table.lookupPass();
    long start = now();
    LookupPass.Workspace work = pass.route(batch);
    long routed = now();
    pass.scan(work);
    long scanned = now();
    pass.answer(work, batch);
    long answered = now();
    read(table.buckets());
    long end = now();
    if (round >= 0) {
      times.whole[round] = answered - start;
      times.routing[round] = answered - start - (scanned - routed);
      times.pass[round] = scanned - routed;
      times.read[round] = end - answered;
    }
    for (int i = 0; i < batch.size; i++) {
      boolean hit = asked[i] < records;
      boolean right =
          batch.valueHi[i] == (hit ? asked[i] + 1 : 0) && batch.valueLo[i] == (hit ? ~asked[i] : 0);
      hits += hit ? 1 : 0;
      wrong += right ? 0 : 1;
    }
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
            (first, end) -> {
              for (int bucket = first; bucket < end; bucket++) {
                int from = buckets.offset(bucket);
                sink = readWords(buckets.segment(bucket), from, from + buckets.bucketLongs());
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

  private static long mix(long i) {
    long z = (i + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
