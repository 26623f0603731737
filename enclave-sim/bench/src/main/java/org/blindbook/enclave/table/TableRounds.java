package org.blindbook.enclave.table;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.warmup.WarmUp;

/**
 * A full table, and batches asked of it one by one: half the queries hit, one in sixteen is a
 * duplicate, every answer is checked, and after each batch a vectorised read of the same memory is
 * timed. It stands in the table's package, not in its jar: it times the parts of a lookup, and the
 * enclave ships no code it does not need.
 *
 * <p>{@link #get} asks one batch and gives its figures, at the places named here. That, and the
 * parameters of {@link #open}, are types of the Java runtime alone: several of these classes, each
 * with an enclave's classes of its own, can be asked by turns in one process.
 */
public final class TableRounds implements Supplier<double[]> {
  /** Nanoseconds from queries to answers. */
  public static final int WHOLE = 0;

  /** Of these, sorting queries to bins and answers back. */
  public static final int ROUTING = 1;

  /** Of these, comparing all slots. */
  public static final int PASS = 2;

  /** Nanoseconds of a read of the same memory. */
  public static final int READ = 3;

  /** Answers that were not what is registered. */
  public static final int WRONG = 4;

  public static final int FIGURES = 5;

  /** Rounds that a measurement counts, after those of {@link #warmUp}. */
  public static final int ROUNDS = 41;

  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile long sink;

  final ObliviousTable table;
  final MadeUpUsers users;
  private final TableContext context;
  private final boolean cpuTime;
  private final SplittableRandom random = new SplittableRandom(1);
  private final LookupBatch batch;
  private final long[] asked;
  private long hits;

  /**
   * An empty table with room for all, its code compiled.
   *
   * @param cpuTime whether to count the calling thread's CPU time, not the wall clock's
   */
  TableRounds(
      TableContext context, long records, int queries, boolean cpuTime, BenchmarkProgress progress)
      throws TableFullException {
    this.context = context;
    this.cpuTime = cpuTime;
    this.users = new MadeUpUsers(records);
    this.batch = new LookupBatch(queries);
    this.asked = new long[queries];
    this.table = ObliviousTable.create(context);
    table.reserve(records);
    progress.begin("Compiling", 0);
    new WarmUp(context).run();
  }

  /**
   * A full table of the classes that stand beside this one.
   *
   * @throws IllegalArgumentException with a plain sentence, when this machine has no vectors for
   *     the kernel
   * @throws TableFullException when the records do not fit in memory
   */
  public static Supplier<double[]> open(
      String kernel, int threads, long records, int queries, boolean cpuTime)
      throws TableFullException {
    TableContext context = TableContext.of(RandomSource.of(new SecureRandom()), kernel, threads);
    context.requireMachine();
    BenchmarkProgress untold = BenchmarkProgress.NONE;
    TableRounds rounds = new TableRounds(context, records, queries, cpuTime, untold);
    rounds.update(records, UpdateBatch.MAX_SIZE, untold);
    return rounds;
  }

  /** Rounds that are enough for the compiler to have seen what there is to see. */
  public static int warmUp(long records, int queries) {
    return (int) Math.clamp((1L << 29) / (records + 64L * queries), 15, 300);
  }

  /** Registers so many users, from the first again after the last; returns how fast. */
  double update(long changes, int most, BenchmarkProgress progress) throws TableFullException {
    int size = (int) Math.min(changes, most);
    UpdateBatch update = new UpdateBatch(size);
    long start = now();
    for (long next = 0; next < changes; next += size) {
      users.register(update, next);
      table.update(update);
      progress.at(next + size);
    }
    return changes * 1e9 / (now() - start);
  }

  @Override
  public double[] get() {
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
    hits += users.hits(batch, asked);
    double[] figures = new double[FIGURES];
    figures[WHOLE] = answered - start;
    figures[ROUTING] = answered - start - (scanned - routed);
    figures[PASS] = scanned - routed;
    figures[READ] = end - answered;
    figures[WRONG] = users.wrong(batch, asked);
    return figures;
  }

  /** Queries so far whose key is registered. */
  long hits() {
    return hits;
  }

  private long now() {
    return cpuTime ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
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
