package org.blindbook.enclave.table;

import java.util.Arrays;
import org.blindbook.enclave.oblivious.RandomSource;

/**
 * Runs the passes on a table of its own until their code is compiled: before that, vector
 * operations run on fallbacks that branch on data. Inputs are random and one-sided by turns, hits,
 * misses, duplicates and dummies, so that the compiler sees no bias to build on. One to two seconds
 * of CPU time.
 */
final class WarmUp {
  private static final int RECORDS = 1 << 12;

  /** Queries per size: many small batches, at least a few of the large ones. */
  private static final int QUERIES = 30_000;

  private static final int LEAST_ROUNDS = 2;

  private WarmUp() {}

  static void run(TableContext context) {
    RandomSource random = context.random();
    ObliviousTable table = ObliviousTable.create(context);
    try {
      table.reserve(RECORDS);
      for (int size = BinPlan.MIN_QUERIES; size <= LookupBatch.MAX_SIZE; size *= 2) {
        for (int round = 0; round < Math.max(LEAST_ROUNDS, QUERIES / size); round++) {
          // Several clients' requests together are seldom a power of two.
          int queries = round % 3 == 1 ? size / 4 * 3 : size;
          LookupBatch lookup = new LookupBatch(queries);
          UpdateBatch update = new UpdateBatch(Math.min(queries, RECORDS / 2));
          vary(update, round, random);
          table.update(update);
          vary(lookup, update, round, random);
          table.lookup(lookup);
          // Delete it all again, so that the table never fills.
          Arrays.fill(update.valueHi, 0);
          Arrays.fill(update.valueLo, 0);
          table.update(update);
        }
      }
    } catch (TableFullException e) {
      throw new IllegalStateException("the heap is too small to warm up", e);
    }
  }

  private static void vary(UpdateBatch update, int round, RandomSource random) {
    random.fill(update.keyHi);
    random.fill(update.keyLo);
    random.fill(update.valueHi);
    if (round % 4 == 3) {
      Arrays.fill(update.keyHi, round);
      Arrays.fill(update.keyLo, round);
    }
  }

  private static void vary(LookupBatch lookup, UpdateBatch update, int round, RandomSource random) {
    Arrays.fill(lookup.active, round % 4 == 2 ? 0 : -1);
    random.fill(lookup.keyHi);
    random.fill(lookup.keyLo);
    if (round % 2 == 0) {
      System.arraycopy(update.keyHi, 0, lookup.keyHi, 0, update.size);
      System.arraycopy(update.keyLo, 0, lookup.keyLo, 0, update.size);
    }
  }
}
