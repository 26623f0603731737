package org.blindbook.auditor.timing.timed;

import java.util.Random;
import org.blindbook.auditor.machinecode.stepped.ShippedTable;

/**
 * Two classes of batches that differ in secrets only. Batches are prepared beforehand, so that what
 * surrounds a measurement is the same copying of arrays for both.
 */
abstract class Contest {
  static final int BATCH = 64;
  private static final int PREPARED = 256;

  final String name;
  final boolean planted;
  private final ShippedTable.Columns batch;
  private final long[][] keyHi = new long[2 * PREPARED][BATCH];
  private final long[][] keyLo = new long[2 * PREPARED][BATCH];

  Contest(String name, boolean planted, ShippedTable.Columns batch) {
    this.name = name;
    this.planted = planted;
    this.batch = batch;
  }

  /** Writes the keys of one batch. */
  abstract void prepare(boolean second, long[] hi, long[] lo, Random random);

  /** What is timed. */
  abstract void run();

  /** Puts things back, not timed, the same way after both classes. */
  void restore() {}

  final void prepareAll(Random random) {
    for (int i = 0; i < 2 * PREPARED; i++) {
      prepare(i % 2 == 1, keyHi[i], keyLo[i], random);
    }
  }

  final void load(boolean second, Random random) {
    int i = 2 * random.nextInt(PREPARED) + (second ? 1 : 0);
    System.arraycopy(keyHi[i], 0, batch.keyHi(), 0, BATCH);
    System.arraycopy(keyLo[i], 0, batch.keyLo(), 0, BATCH);
  }

  static void randomKeys(long[] hi, long[] lo, Random random) {
    for (int i = 0; i < BATCH; i++) {
      hi[i] = random.nextLong();
      lo[i] = random.nextLong();
    }
  }
}
