package org.blindbook.auditor.timing.timed;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.blindbook.auditor.machinecode.stepped.ShippedTable;

/** The contests, all on one table. */
final class Contests {
  private static final int STORED = 384;
  private static final int BATCH = Contest.BATCH;

  /** What the planted code computes, so that it is not optimised away. */
  static long planted;

  private final ShippedTable table;
  private final long[] storedHi = new long[STORED];
  private final long[] storedLo = new long[STORED];

  Contests(String kernel, Random random) throws ReflectiveOperationException {
    this.table = new ShippedTable(kernel, BATCH);
    ShippedTable.Columns changes = table.changes();
    Arrays.fill(changes.valueHi(), 1);
    Arrays.fill(changes.valueLo(), 1);
    for (int i = 0; i < STORED; i++) {
      storedHi[i] = random.nextLong();
      storedLo[i] = random.nextLong();
    }
    for (int from = 0; from < STORED; from += BATCH) {
      System.arraycopy(storedHi, from, changes.keyHi(), 0, BATCH);
      System.arraycopy(storedLo, from, changes.keyLo(), 0, BATCH);
      table.update();
    }
    Arrays.fill(table.active(), -1);
  }

  List<Contest> all() {
    return List.of(
        hitsAgainstMisses(false),
        distinctAgainstDuplicates(),
        sortedAgainstRandom(),
        insertsAgainstOverwrites(),
        hitsAgainstMisses(true));
  }

  /** Distinct stored keys from a random place on. */
  private void storedKeys(long[] hi, long[] lo, Random random) {
    int from = random.nextInt(STORED);
    for (int i = 0; i < BATCH; i++) {
      hi[i] = storedHi[(from + i) % STORED];
      lo[i] = storedLo[(from + i) % STORED];
    }
  }

  private Contest hitsAgainstMisses(boolean planted) {
    String name = planted ? "planted: early exit for one query" : "lookup: hits against misses";
    return new Contest(name, planted, table.queries()) {
      @Override
      void prepare(boolean second, long[] hi, long[] lo, Random random) {
        if (second) {
          randomKeys(hi, lo, random);
        } else {
          storedKeys(hi, lo, random);
        }
      }

      @Override
      void run() {
        table.lookup();
        if (planted) {
          earlyExit();
        }
      }
    };
  }

  /** Looks for the first query only, in a list, and stops where it finds it. */
  private void earlyExit() {
    long hi = table.queries().keyHi()[0];
    long lo = table.queries().keyLo()[0];
    int at = 0;
    while (at < STORED && (storedHi[at] != hi || storedLo[at] != lo)) {
      at++;
    }
    planted += at;
  }

  private Contest distinctAgainstDuplicates() {
    return new Contest("lookup: distinct against duplicates", false, table.queries()) {
      @Override
      void prepare(boolean second, long[] hi, long[] lo, Random random) {
        storedKeys(hi, lo, random);
        if (second) {
          Arrays.fill(hi, hi[0]);
          Arrays.fill(lo, lo[0]);
        }
      }

      @Override
      void run() {
        table.lookup();
      }
    };
  }

  private Contest sortedAgainstRandom() {
    return new Contest("lookup: sorted against random keys", false, table.queries()) {
      @Override
      void prepare(boolean second, long[] hi, long[] lo, Random random) {
        randomKeys(hi, lo, random);
        if (!second) {
          Arrays.sort(hi);
        }
      }

      @Override
      void run() {
        table.lookup();
      }
    };
  }

  private Contest insertsAgainstOverwrites() {
    return new Contest("update: inserts against overwrites", false, table.changes()) {
      private final long[] newHi = new long[BATCH];
      private final long[] newLo = new long[BATCH];

      @Override
      void prepare(boolean second, long[] hi, long[] lo, Random random) {
        if (newHi[0] == 0) {
          randomKeys(newHi, newLo, random);
        }
        if (second) {
          storedKeys(hi, lo, random);
        } else {
          System.arraycopy(newHi, 0, hi, 0, BATCH);
          System.arraycopy(newLo, 0, lo, 0, BATCH);
        }
      }

      @Override
      void run() {
        table.update();
      }

      /** Deletes the new keys, whether they are there or not. */
      @Override
      void restore() {
        ShippedTable.Columns changes = table.changes();
        System.arraycopy(newHi, 0, changes.keyHi(), 0, BATCH);
        System.arraycopy(newLo, 0, changes.keyLo(), 0, BATCH);
        Arrays.fill(changes.valueHi(), 0);
        Arrays.fill(changes.valueLo(), 0);
        table.update();
        Arrays.fill(changes.valueHi(), 1);
        Arrays.fill(changes.valueLo(), 1);
      }
    };
  }
}
