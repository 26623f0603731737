package org.blindbook.enclave.table;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.blindbook.enclave.oblivious.Compaction;
import org.blindbook.enclave.oblivious.Distribution;
import org.blindbook.enclave.oblivious.LayerKernel;
import org.blindbook.enclave.oblivious.SortingNetwork;
import org.blindbook.enclave.oblivious.Speck128;

/**
 * Runs the kernels of a name and the plain ones on the same inputs. Stands apart from the test
 * because a process settles on one vector width: the test loads it once per width, in a class
 * loader that knows no test library.
 */
public final class KernelComparison {
  private final SplittableRandom random = new SplittableRandom(31);
  private final Kernels plain = Kernels.PLAIN;
  private final Kernels chosen;

  private KernelComparison(Kernels chosen) {
    this.chosen = chosen;
  }

  /** Returns the name of the kernels that were compared; throws at the first difference. */
  public static String run(String kernel) {
    KernelComparison comparison = new KernelComparison(Kernels.of(kernel));
    for (int round = 0; round < 40; round++) {
      comparison.encrypt();
      comparison.sort(16 << round % 5);
      comparison.compact(64 << round % 3);
      comparison.distribute(64 << round % 2, 64 * (1 + round % 7) + 8 * (round % 5) + 64);
      comparison.match(8 * (1 + round % 11));
      comparison.apply(8 * (1 + round % 6));
    }
    return comparison.chosen.name();
  }

  /** Throws when this machine has no vectors for the kernel. */
  public static void requireMachine(String kernel) {
    Kernels.of(kernel).requireMachine();
  }

  /** Throws for kernels of other than 512 bits: those have settled the width. */
  public static void runAfterVectorsOf512Bits(String kernel) {
    same("layers", new long[] {8}, new long[] {Kernels.of("vector512").layers().lanes()});
    run(kernel);
  }

  private static void same(String what, long[] expected, long[] actual) {
    if (!Arrays.equals(expected, actual)) {
      throw new AssertionError(what + " differs at " + Arrays.mismatch(expected, actual));
    }
  }

  /** Random numbers: full, few bits, or extremes, so that ties and signs occur. */
  private long[] column(int n) {
    int kind = random.nextInt(4);
    long[] column = new long[PAD + n + PAD];
    for (int i = PAD; i < PAD + n; i++) {
      column[i] =
          switch (kind) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() >> 61;
            case 2 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
            default -> 0;
          };
    }
    return column;
  }

  private void encrypt() {
    Speck128 cipher = new Speck128(random.longs(4).toArray());
    long[] hi = column(64);
    long[] lo = column(64);
    long[] hi2 = hi.clone();
    long[] lo2 = lo.clone();
    plain.layers().encrypt(cipher, hi, lo, PAD, PAD + 64);
    chosen.layers().encrypt(cipher, hi2, lo2, PAD, PAD + 64);
    same("encrypt", hi, hi2);
    same("encrypt", lo, lo2);
  }

  private void sort(int n) {
    long[] hi = column(n);
    long[] lo = column(n);
    long[] follower = column(n);
    long[][] results = new long[2][];
    int run = 0;
    for (LayerKernel kernel : new LayerKernel[] {plain.layers(), chosen.layers()}) {
      long[] a = hi.clone();
      long[] b = lo.clone();
      long[] forward = follower.clone();
      long[] backward = follower.clone();
      SortingNetwork network = new SortingNetwork(kernel, n);
      network.sort(a, b);
      network.forward(forward);
      network.backward(backward);
      results[run++] = concat(a, b, forward, backward);
    }
    same("sort", results[0], results[1]);
  }

  private static long[] concat(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }

  private void compact(int n) {
    long[] distance = new long[PAD + n + PAD];
    int kept = 0;
    int density = random.nextInt(10);
    for (int i = 0; i < n; i++) {
      if (random.nextInt(10) <= density) {
        distance[PAD + i] = i - kept++;
      }
    }
    long[] follower = column(n);
    long[][] results = new long[2][];
    int run = 0;
    for (LayerKernel kernel : new LayerKernel[] {plain.layers(), chosen.layers()}) {
      long[] forward = follower.clone();
      long[] backward = follower.clone();
      Compaction compaction = new Compaction(kernel, n);
      compaction.decide(distance.clone());
      compaction.forward(forward);
      compaction.backward(backward);
      results[run++] = concat(forward, backward);
    }
    same("compaction", results[0], results[1]);
  }

  private void distribute(int front, int n) {
    int[] places = random.ints(0, n).distinct().limit(random.nextInt(front + 1)).sorted().toArray();
    long[] distance = new long[PAD + n + PAD];
    for (int i = 0; i < places.length; i++) {
      distance[PAD + i] = (places[i] - i) | Distribution.PRESENT;
    }
    long[] follower = column(n);
    long[][] results = new long[2][];
    int run = 0;
    for (LayerKernel kernel : new LayerKernel[] {plain.layers(), chosen.layers()}) {
      long[] decided = distance.clone();
      long[] forward = follower.clone();
      long[] backward = follower.clone();
      Distribution distribution = new Distribution(kernel, front, n);
      distribution.decide(decided);
      distribution.forward(forward);
      distribution.backward(backward);
      results[run++] = concat(decided, forward, backward);
    }
    same("distribution", results[0], results[1]);
  }

  /** A bucket of 10 blocks with distinct tags of few bits, about a third of its slots empty. */
  private long[] bucket() {
    long[] memory = new long[12 * Buckets.BLOCK_LONGS];
    int[] tags = random.ints(0, 200).distinct().limit(12 * Buckets.BLOCK).toArray();
    for (int i = 0; i < tags.length; i++) {
      if (random.nextInt(3) != 0) {
        int at = i / Buckets.BLOCK * Buckets.BLOCK_LONGS + i % Buckets.BLOCK;
        memory[at] = tags[i] / 20;
        memory[at + Buckets.BLOCK] = tags[i] % 20;
        memory[at + 2 * Buckets.BLOCK] = random.nextInt(2);
        memory[at + 3 * Buckets.BLOCK] = random.nextInt(1, 100);
      }
    }
    return memory;
  }

  private void match(int count) {
    long[] memory = bucket();
    long[] hi = random.longs(count + 2 * PAD, 0, 10).toArray();
    long[] lo = random.longs(count + 2 * PAD, 0, 20).toArray();
    long[][] results = new long[2][];
    int run = 0;
    for (Kernels kernels : new Kernels[] {plain, chosen}) {
      BinSlots asked = new BinSlots(count, hi, lo, new long[hi.length], new long[hi.length]);
      for (int block = 0; block < 2; block++) {
        int from = Buckets.BLOCK_LONGS + block * 5 * Buckets.BLOCK_LONGS;
        int to = from + 5 * Buckets.BLOCK_LONGS;
        kernels.buckets().match(memory, from, to, asked, 0);
      }
      results[run++] = concat(asked.valueHi(), asked.valueLo());
    }
    same("match", results[0], results[1]);
  }

  private void apply(int count) {
    long[] memory = bucket();
    int[] tags = random.ints(0, 200).distinct().limit(count).toArray();
    long[] hi = new long[count + 2 * PAD];
    long[] lo = new long[count + 2 * PAD];
    long[] insertHi = new long[count + 2 * PAD];
    long[] insertLo = new long[count + 2 * PAD];
    long[] valueHi = new long[count + 2 * PAD];
    long[] valueLo = new long[count + 2 * PAD];
    int stored = random.nextInt(count + 1);
    for (int i = 0; i < count; i++) {
      hi[PAD + i] = tags[i] / 20;
      lo[PAD + i] = tags[i] % 20;
      if (i < stored) {
        insertHi[PAD + i] = hi[PAD + i];
        insertLo[PAD + i] = lo[PAD + i];
        valueHi[PAD + i] = random.nextInt(2);
        valueLo[PAD + i] = random.nextInt(1, 3);
      }
    }
    long[][] results = new long[2][];
    int run = 0;
    for (Kernels kernels : new Kernels[] {plain, chosen}) {
      long[] changed = memory.clone();
      long[] tally = new long[BucketKernel.TALLY];
      int from = Buckets.BLOCK_LONGS;
      int to = 11 * Buckets.BLOCK_LONGS;
      BinSlots named = new BinSlots(count, hi, lo, valueHi, valueLo);
      BinSlots inserts = new BinSlots(count, insertHi, insertLo, valueHi, valueLo);
      kernels.buckets().apply(changed, from, to, named, inserts, 0, tally);
      results[run++] = concat(changed, tally);
    }
    same("apply", results[0], results[1]);
  }
}
