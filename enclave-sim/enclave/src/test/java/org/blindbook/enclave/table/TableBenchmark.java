package org.blindbook.enclave.table;

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
 * record and more.
 */
public final class TableBenchmark {
  private static final VectorSpecies<Long> SPECIES = VectorWidth.SPECIES;
  private static volatile long sink;

  private TableBenchmark() {}

  public static void main(String[] args) throws TableFullException {
    int logN = Integer.parseInt(args[0]);
    int queries = Integer.parseInt(args[1]);
    long records = 1L << logN;
    TableContext context = TableContext.production(RandomSource.system());
    ObliviousTable table = ObliviousTable.create(context);
    table.reserve(records);
    long loadStart = System.nanoTime();
    for (long first = 0; first < records; first += UpdateBatch.MAX_SIZE) {
      UpdateBatch batch = new UpdateBatch((int) Math.min(records, UpdateBatch.MAX_SIZE));
      for (int i = 0; i < batch.size; i++) {
        batch.keyHi[i] = mix(first + i);
        batch.keyLo[i] = mix(~(first + i));
        batch.valueHi[i] = first + i + 1;
        batch.valueLo[i] = ~(first + i);
      }
      table.update(batch);
    }
    double loadPerSecond = records * 1e9 / (System.nanoTime() - loadStart);

    SplittableRandom random = new SplittableRandom(1);
    LookupPass pass = table.lookupPass();
    Buckets buckets = table.buckets();
    LookupBatch batch = new LookupBatch(queries);
    Arrays.fill(batch.active, -1);
    long[] asked = new long[queries];
    int rounds = Integer.getInteger("rounds", 41);
    int warmUp =
        Integer.getInteger(
            "warmUp", (int) Math.max(15, Math.min(300, (4L << 32) / (records * queries / 16))));
    double[] route = new double[rounds];
    double[] scan = new double[rounds];
    double[] answer = new double[rounds];
    double[] total = new double[rounds];
    double[] read = new double[rounds];
    long hits = 0;
    long wrong = 0;
    for (int round = -warmUp; round < rounds; round++) {
      for (int i = 0; i < queries; i++) {
        asked[i] =
            i > 0 && random.nextInt(16) == 0
                ? asked[random.nextInt(i)]
                : random.nextBoolean()
                    ? random.nextLong(records)
                    : records + random.nextLong(1L << 40);
        batch.keyHi[i] = mix(asked[i]);
        batch.keyLo[i] = mix(~asked[i]);
      }
      long t0 = System.nanoTime();
      LookupPass.Workspace work = pass.route(batch);
      long t1 = System.nanoTime();
      pass.scan(work);
      long t2 = System.nanoTime();
      pass.answer(work, batch);
      long t3 = System.nanoTime();
      for (int bucket = 0; bucket < buckets.geometry.buckets(); bucket++) {
        int from = buckets.offset(bucket);
        sink = read(buckets.segment(bucket), from, from + buckets.bucketLongs());
      }
      long t4 = System.nanoTime();
      for (int i = 0; i < queries; i++) {
        boolean hit = asked[i] < records;
        hits += hit ? 1 : 0;
        wrong +=
            batch.valueHi[i] == (hit ? asked[i] + 1 : 0)
                    && batch.valueLo[i] == (hit ? ~asked[i] : 0)
                ? 0
                : 1;
      }
      if (round >= 0) {
        route[round] = t1 - t0;
        scan[round] = t2 - t1;
        answer[round] = t3 - t2;
        total[round] = t3 - t0;
        read[round] = t4 - t3;
      }
    }
    BinPlan plan = table.lookupPlan(queries);
    long slots = buckets.geometry.slots();
    System.out.printf(
        Locale.ROOT,
        "{\"n\":%d,\"batch\":%d,\"threads\":1,\"kernel\":\"%s\",\"c\":%d,\"bins\":%d,"
            + "\"log2Failure\":%.1f,\"usPerLookup\":%.3f,\"routingUs\":%.0f,\"answerUs\":%.0f,"
            + "\"passNsPerSlot\":%.3f,\"passNsPerRecord\":%.3f,\"readNsPerSlot\":%.3f,"
            + "\"bytesPerRecord\":%.1f,\"loadPerSecond\":%.0f,\"hits\":%d,\"wrong\":%d}%n",
        records,
        queries,
        context.kernels().name(),
        plan.slotsPerBin(),
        plan.bins(),
        plan.log2Failure(),
        median(total) / 1e3 / queries,
        median(route) / 1e3,
        median(answer) / 1e3,
        median(scan) / slots,
        median(scan) / records,
        median(read) / slots,
        (double) buckets.geometry.bytes() / records,
        loadPerSecond,
        hits,
        wrong);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long read(long[] memory, int from, int to) {
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
