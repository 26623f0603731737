package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.RandomSource;

/** Measures a table whose match loop sets a bit of one answer in every bucket. */
public final class FaultyTable {
  private FaultyTable() {}

  public static TableMeasurement measure(TableWorkload workload, BenchmarkProgress progress)
      throws TableFullException {
    TableContext sound = TableContext.production(RandomSource.system());
    Kernels kernels =
        new Kernels(
            "faulty", sound.kernels().layers(), new Faulty(sound.kernels().buckets()), false);
    return TableBenchmark.run(
        new TableContext(
            sound.random(), kernels, sound.workers(), sound.failStop(), sound.memoryBudget()),
        workload,
        progress);
  }

  private record Faulty(BucketKernel sound) implements BucketKernel {
    @Override
    public void match(
        long[] memory,
        int from,
        int to,
        long[] tagHi,
        long[] tagLo,
        long[] valueHi,
        long[] valueLo,
        int at,
        int count) {
      sound.match(memory, from, to, tagHi, tagLo, valueHi, valueLo, at, count);
      valueLo[at] ^= 1L << 40;
    }

    @Override
    public void apply(
        long[] memory,
        int from,
        int to,
        long[] tagHi,
        long[] tagLo,
        long[] insertHi,
        long[] insertLo,
        long[] valueHi,
        long[] valueLo,
        int at,
        int count,
        long[] tally) {
      sound.apply(
          memory, from, to, tagHi, tagLo, insertHi, insertLo, valueHi, valueLo, at, count, tally);
    }
  }
}
