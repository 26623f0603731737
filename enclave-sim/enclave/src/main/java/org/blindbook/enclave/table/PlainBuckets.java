package org.blindbook.enclave.table;

import static org.blindbook.enclave.oblivious.Masks.below;
import static org.blindbook.enclave.oblivious.Masks.equal;
import static org.blindbook.enclave.oblivious.Masks.isZero;
import static org.blindbook.enclave.oblivious.Masks.nonZero;
import static org.blindbook.enclave.table.Buckets.BLOCK;
import static org.blindbook.enclave.table.Buckets.BLOCK_LONGS;

/** The loops over buckets in plain Java. */
final class PlainBuckets implements BucketKernel {

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
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        long hi = memory[r];
        long lo = memory[r + BLOCK];
        long recordHi = memory[r + 2 * BLOCK];
        long recordLo = memory[r + 3 * BLOCK];
        for (int s = at; s < at + count; s++) {
          long match = isZero((hi ^ tagHi[s]) | (lo ^ tagLo[s]));
          valueHi[s] |= recordHi & match;
          valueLo[s] |= recordLo & match;
        }
      }
    }
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
    long freed = 0;
    long records = 0;
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        long hi = memory[r];
        long lo = memory[r + BLOCK];
        long recordHi = memory[r + 2 * BLOCK];
        long recordLo = memory[r + 3 * BLOCK];
        long free = isZero(recordHi | recordLo);
        for (int s = at; s < at + count; s++) {
          free |= isZero((hi ^ tagHi[s]) | (lo ^ tagLo[s]));
        }
        // Free slot number f takes insert number f, or becomes empty when there is none; a slot
        // that
        // is not free wants none.
        long wanted = freed | ~free;
        long newHi = 0;
        long newLo = 0;
        long newRecordHi = 0;
        long newRecordLo = 0;
        for (int s = 0; s < count; s++) {
          long chosen = equal(s, wanted);
          newHi |= insertHi[at + s] & chosen;
          newLo |= insertLo[at + s] & chosen;
          newRecordHi |= valueHi[at + s] & chosen;
          newRecordLo |= valueLo[at + s] & chosen;
        }
        freed -= free;
        newRecordHi |= recordHi & ~free;
        newRecordLo |= recordLo & ~free;
        memory[r] = (hi & ~free) | newHi;
        memory[r + BLOCK] = (lo & ~free) | newLo;
        memory[r + 2 * BLOCK] = newRecordHi;
        memory[r + 3 * BLOCK] = newRecordLo;
        records -= nonZero(newRecordHi | newRecordLo);
      }
    }
    tally[RECORDS] += records;
    tally[LOST] |= below(freed, inserts(valueHi, valueLo, at, count));
  }

  private static long inserts(long[] valueHi, long[] valueLo, int at, int count) {
    long inserts = 0;
    for (int s = at; s < at + count; s++) {
      inserts -= nonZero(valueHi[s] | valueLo[s]);
    }
    return inserts;
  }
}
