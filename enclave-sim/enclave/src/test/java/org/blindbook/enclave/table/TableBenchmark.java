package org.blindbook.enclave.table;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * Measures a full table of 2^logN records: arguments {@code logN batch}, one JSON object on stdout.
 * Half the queries hit, one in sixteen is a duplicate, every answer is checked; times are medians
 * of the rounds after warm-up; {@code readNsPerSlot} is a vectorised read of the same memory in the
 * same rounds. Run with {@code --add-modules jdk.incubator.vector} and a heap of 64 bytes per
 * record and more. {@code -Dblindbook.table.threads=1} measures one core; with it {@code
 * -Dclock=cpu} counts CPU time instead of the wall clock's, for a machine that others use.
 */
public final class TableBenchmark {
  private static final VectorSpecies<Long> SPECIES = VectorWidth.SPECIES;
  private static final boolean CPU_TIME = System.getProperty("clock", "wall").equals("cpu");
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile long sink;

  private final SplittableRandom random = new SplittableRandom(1);
  private final long records;
  private final LookupBatch batch;
  private final long[] asked;
  private long hits;
  private long wrong;

  private TableBenchmark(long records, int queries) {
    this.records = records;
    this.batch = new LookupBatch(queries);
    this.asked = new long[queries];
    Arrays.fill(batch.active, -1);
  }

  private static long now() {
    return CPU_TIME ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  public static void main(String[] args) throws TableFullException {
    long records = 1L << Integer.parseInt(args[0]);
    int queries = Integer.parseInt(args[1]);
    int rounds = Integer.getInteger("rounds", 41);
    long perBatch = records + 64L * queries;
    int warmUp = Integer.getInteger("warmUp", (int) Math.clamp((1L << 29) / perBatch, 15, 300));
    TableContext context = TableContext.production(RandomSource.system());
    ObliviousTable.warmUp(context.random());
    ObliviousTable table = ObliviousTable.create(context);
    table.reserve(records);
    int most = (int) Math.min(records, UpdateBatch.MAX_SIZE);
    double loadPerSecond = update(table, records, records, most);

    TableBenchmark benchmark = new TableBenchmark(records, queries);
    double[][] times = new double[5][rounds];
    for (int round = -warmUp; round < rounds; round++) {
      benchmark.round(table, round, times);
    }
    double updatesPerSecond = update(table, records, 20L * queries, queries);
    BinPlan plan = table.lookupPlan(queries);
    Buckets buckets = table.buckets();
    long slots = buckets.geometry.slots();
    System.out.printf(
        Locale.ROOT,
        "{\"n\":%d,\"batch\":%d,\"threads\":%d,\"clock\":\"%s\",\"kernel\":\"%s\",\"c\":%d,"
            + "\"bins\":%d,\"log2Failure\":%.1f,\"usPerLookup\":%.3f,\"routingUs\":%.0f,"
            + "\"passNsPerSlot\":%.3f,\"passNsPerRecord\":%.3f,\"readNsPerSlot\":%.3f,"
            + "\"bytesPerRecord\":%.1f,\"updatesPerSecond\":%.0f,\"loadPerSecond\":%.0f,"
            + "\"hits\":%d,\"wrong\":%d}%n",
        records,
        queries,
        context.workers().threads(),
        CPU_TIME ? "cpu" : "wall",
        context.kernels().name(),
        plan.slotsPerBin(),
        plan.bins(),
        plan.log2Failure(),
        median(times[4]) / 1e3 / queries,
        (median(times[0]) + median(times[2])) / 1e3,
        median(times[1]) / slots,
        median(times[1]) / records,
        median(times[3]) / slots,
        (double) buckets.geometry.bytes() / records,
        updatesPerSecond,
        loadPerSecond,
        benchmark.hits,
        benchmark.wrong);
  }

  /** Registers so many of the records, from the first again after the last; returns how fast. */
  private static double update(ObliviousTable table, long records, long changes, int size)
      throws TableFullException {
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

  private void round(ObliviousTable table, int round, double[][] times) {
    for (int i = 0; i < batch.size; i++) {
      boolean again = i > 0 && random.nextInt(16) == 0;
      long fresh =
          random.nextBoolean() ? random.nextLong(records) : records + random.nextInt(1 << 30);
      asked[i] = again ? asked[random.nextInt(i)] : fresh;
      batch.keyHi[i] = mix(asked[i]);
      batch.keyLo[i] = mix(~asked[i]);
    }
    LookupPass pass = table.lookupPass();
    long[] t = new long[5];
    t[0] = now();
    LookupPass.Workspace work = pass.route(batch);
    t[1] = now();
    pass.scan(work);
    t[2] = now();
    pass.answer(work, batch);
    t[3] = now();
    read(table.buckets());
    t[4] = now();
    if (round >= 0) {
      for (int i = 0; i < 4; i++) {
        times[i][round] = t[i + 1] - t[i];
      }
      times[4][round] = t[3] - t[0];
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

  private static void read(Buckets buckets) {
    for (int bucket = 0; bucket < buckets.geometry.buckets(); bucket++) {
      int from = buckets.offset(bucket);
      sink = readWords(buckets.segment(bucket), from, from + buckets.bucketLongs());
    }
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
