package org.blindbook.enclave.table;

/** Measures a table whose match loop sets a bit of one answer in every bucket. */
public final class FaultyTable {
  private FaultyTable() {}

  public static TableMeasurement measure(TableWorkload workload, BenchmarkProgress progress)
      throws TableFullException {
    TableContext sound = TableBenchmark.context(workload);
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
    public void match(long[] memory, int from, int to, BinSlots asked, int bin) {
      sound.match(memory, from, to, asked, bin);
      asked.valueLo()[asked.first(bin)] ^= 1L << 40;
    }

    @Override
    public void apply(
        long[] memory, int from, int to, BinSlots named, BinSlots inserts, int bin, long[] tally) {
      sound.apply(memory, from, to, named, inserts, bin, tally);
    }
  }
}
