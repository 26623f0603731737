package org.blindbook.enclave.table;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.oblivious.Compaction;
import org.blindbook.enclave.oblivious.Distribution;
import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.SortingNetwork;
import org.blindbook.enclave.oblivious.Speck128;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The table's inner loops one by one, at sizes of a lookup of 4096 in a table of 2^20: to be run
 * while working on one of them. What a lookup costs in all is for {@code blindbook bench table}.
 * The command is in docs/performance.md.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "-XX:+UseSerialGC",
      "-XX:+UseTransparentHugePages",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=dontinline,org.blindbook.enclave.table.Sieve::*",
      "-XX:CompileCommand=CompileThresholdScaling,org.blindbook.enclave.table.Sieve::*,0.1",
      "-XX:CompileCommand=CompileThresholdScaling,org.blindbook.enclave.table.VectorBuckets::*,0.1"
    })
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmarks {
  private static final int QUERIES = 4096;
  private static final long RECORDS = 1 << 20;

  /** {@code machine}: what a server would choose on this machine; or a kernel's name. */
  @Param({"machine"})
  String kernels = "";

  private Kernels running = Kernels.PLAIN;
  private BinPlan lookup = BinPlan.forUpdate(QUERIES, Geometry.holding(RECORDS));
  private final long[] tally = new long[BucketKernel.TALLY];
  private Sieve sieve = new Sieve(Sieve.STEP, Sieve.STEP, Sieve.STEP);
  private long[] bucket = {};
  private long[] hi = {};
  private long[] lo = {};
  private long[] moved = {};
  private BinSlots asked = slots(0, hi, lo);
  private BinSlots named = asked;
  private BinSlots inserts = asked;
  private long[] order = {};
  private long[] distance = {};
  private long[] spread = {};
  private Speck128 cipher = new Speck128(new long[Speck128.KEY_WORDS]);
  private SortingNetwork sorting = new SortingNetwork(Kernels.PLAIN.layers(), 16);
  private Compaction compaction = new Compaction(Kernels.PLAIN.layers(), 16);
  private Distribution distribution = new Distribution(Kernels.PLAIN.layers(), 16, 16);

  @Setup
  public void fill() throws TableFullException {
    running = Kernels.of(kernels.equals("machine") ? TableKernel.ofThisMachine().label() : kernels);
    ObliviousTable table =
        ObliviousTable.create(
            new TableContext(
                RandomSource.of(new SecureRandom()),
                running,
                new Workers(1),
                FailStop.HALT,
                Long.MAX_VALUE));
    table.reserve(RECORDS);
    lookup = table.lookups.plan(QUERIES);
    Geometry geometry = Geometry.holding(RECORDS);
    SplittableRandom random = new SplittableRandom(5);
    // As many records as a bucket of a full table has, then empty slots.
    bucket = random.longs(4L * geometry.bucketSlots()).toArray();
    for (int slot = (int) (RECORDS / geometry.buckets()); slot < geometry.bucketSlots(); slot++) {
      int at = slot / Buckets.BLOCK * Buckets.BLOCK_LONGS + slot % Buckets.BLOCK;
      for (int field = 0; field < 4; field++) {
        bucket[at + field * Buckets.BLOCK] = 0;
      }
    }
    sieve = new Sieve(geometry.bucketSlots(), lookup.slotsPerBin(), lookup.candidates());
    int n = Math.max(lookup.slots(), QUERIES);
    hi = column(n, random);
    lo = column(n, random);
    order = column(n, random);
    moved = new long[hi.length];
    int perBin = BinPlan.forUpdate(QUERIES, geometry).slotsPerBin();
    asked = slots(lookup.slotsPerBin(), hi, lo);
    named = slots(perBin, hi, lo);
    inserts = slots(perBin, new long[hi.length], new long[hi.length]);
    cipher = new Speck128(random.longs(Speck128.KEY_WORDS).toArray());
    sorting = new SortingNetwork(running.layers(), QUERIES);
    compaction = new Compaction(running.layers(), QUERIES);
    distribution = new Distribution(running.layers(), QUERIES, lookup.slots());
    distance = new long[hi.length];
    spread = new long[hi.length];
    int dropped = 0;
    for (int i = 0; i < QUERIES; i++) {
      if (random.nextInt(16) == 0) {
        dropped++;
      } else {
        distance[PAD + i] = dropped;
      }
      int room = lookup.slots() / QUERIES;
      spread[PAD + i] = (long) i * (room - 1) | Distribution.PRESENT;
    }
  }

  private static BinSlots slots(int perBin, long[] tagHi, long[] tagLo) {
    return new BinSlots(perBin, tagHi, tagLo, new long[tagHi.length], new long[tagHi.length]);
  }

  private static long[] column(int n, SplittableRandom random) {
    long[] column = new long[PAD + n + PAD];
    for (int i = PAD; i < PAD + n; i++) {
      column[i] = random.nextLong();
    }
    return column;
  }

  /** One bucket against the query slots of its bin. */
  @Benchmark
  public long[] match() {
    running.buckets().match(bucket, 0, bucket.length, asked, 0);
    return asked.valueHi();
  }

  /** The same as a lookup pass does it: through the sieve where there is one. */
  @Benchmark
  public long[] scan() {
    if (lookup.candidates() == 0) {
      return match();
    }
    sieve.prepare(asked, 0);
    sieve.sift(bucket, 0, bucket.length);
    long[] candidates = sieve.candidates;
    running.buckets().match(candidates, 0, candidates.length, asked, 0);
    return asked.valueHi();
  }

  /** One bucket and the entries of a bin, none of them in it. */
  @Benchmark
  public long[] apply() {
    running.buckets().apply(bucket, 0, bucket.length, named, inserts, 0, tally);
    return tally;
  }

  /** The sorting network on tags, and both columns back to where they were. */
  @Benchmark
  public long[] sort() {
    sorting.sort(hi, lo);
    sorting.backward(hi);
    sorting.backward(lo);
    return hi;
  }

  /** A column that follows the sort. */
  @Benchmark
  public long[] sortReplay() {
    sorting.forward(order);
    return order;
  }

  /** Moves decided and made, there and back. */
  @Benchmark
  public long[] compaction() {
    System.arraycopy(distance, 0, moved, 0, distance.length);
    compaction.decide(moved);
    compaction.forward(order);
    compaction.backward(order);
    return order;
  }

  /** Moves decided and made, there and back. */
  @Benchmark
  public long[] distribution() {
    System.arraycopy(spread, 0, moved, 0, spread.length);
    distribution.decide(moved);
    distribution.forward(order);
    distribution.backward(order);
    return order;
  }

  /** Tags of a batch. */
  @Benchmark
  public long[] encrypt() {
    running.layers().encrypt(cipher, hi, lo, PAD, PAD + QUERIES);
    return hi;
  }
}
