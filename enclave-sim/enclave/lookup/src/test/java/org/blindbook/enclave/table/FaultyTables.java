package org.blindbook.enclave.table;

import java.security.SecureRandom;
import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.RandomSource;

/** Tables with a fault in their inner loops, for tests of other packages. */
public final class FaultyTables {
  private FaultyTables() {}

  /** Its first update changes one of two buckets; then its code fails. */
  public static ObliviousTable failingHalfWayThroughAnUpdate() {
    Kernels sound = Kernels.PLAIN;
    Kernels faulty =
        new Kernels("faulty", sound.layers(), new HalfWay(sound.buckets()), sound.sieve());
    return ObliviousTable.create(
        new TableContext(
            RandomSource.of(new SecureRandom()),
            faulty,
            new Workers(1),
            FailStop.HALT,
            Long.MAX_VALUE));
  }

  private record HalfWay(BucketKernel sound) implements BucketKernel {
    @Override
    public void match(long[] memory, int from, int to, BinSlots asked, int bin) {
      sound.match(memory, from, to, asked, bin);
    }

    @Override
    public void apply(
        long[] memory, int from, int to, BinSlots named, BinSlots inserts, int bin, long[] tally) {
      if (bin > 0) {
        throw new IllegalStateException("planted");
      }
      sound.apply(memory, from, to, named, inserts, bin, tally);
    }
  }
}
