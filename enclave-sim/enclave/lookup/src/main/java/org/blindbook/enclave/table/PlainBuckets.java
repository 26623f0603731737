package org.blindbook.enclave.table;

import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.constanttime.Masks.equal;
import static org.blindbook.enclave.constanttime.Masks.isZero;
import static org.blindbook.enclave.constanttime.Masks.nonZero;
import static org.blindbook.enclave.table.Buckets.BLOCK;
import static org.blindbook.enclave.table.Buckets.BLOCK_LONGS;

/** The loops over buckets in plain Java. */
final class PlainBuckets implements BucketKernel {

  @Override
  public void match(long[] memory, int from, int to, BinSlots asked, int bin) {
    int first = asked.first(bin);
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        long hi = memory[r];
        long lo = memory[r + BLOCK];
        long recordHi = memory[r + 2 * BLOCK];
        long recordLo = memory[r + 3 * BLOCK];
        for (int s = first; s < first + asked.perBin(); s++) {
          long match = isZero((hi ^ asked.tagHi()[s]) | (lo ^ asked.tagLo()[s]));
          asked.valueHi()[s] |= recordHi & match;
          asked.valueLo()[s] |= recordLo & match;
        }
      }
    }
  }

  @Override
  public void apply(
      long[] memory, int from, int to, BinSlots named, BinSlots inserts, int bin, long[] tally) {
    int first = named.first(bin);
    int end = first + named.perBin();
    long freed = 0;
    long records = 0;
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        long hi = memory[r];
        long lo = memory[r + BLOCK];
        long recordHi = memory[r + 2 * BLOCK];
        long recordLo = memory[r + 3 * BLOCK];
        long free = isZero(recordHi | recordLo);
        for (int s = first; s < end; s++) {
          free |= isZero((hi ^ named.tagHi()[s]) | (lo ^ named.tagLo()[s]));
        }
        // Free slot number f takes insert number f, or becomes empty when there is none; a slot
        // that
        // is not free wants none.
        long wanted = freed | ~free;
        long newHi = 0;
        long newLo = 0;
        long newRecordHi = 0;
        long newRecordLo = 0;
        for (int s = first; s < end; s++) {
          long chosen = equal(s - first, wanted);
          newHi |= inserts.tagHi()[s] & chosen;
          newLo |= inserts.tagLo()[s] & chosen;
          newRecordHi |= inserts.valueHi()[s] & chosen;
          newRecordLo |= inserts.valueLo()[s] & chosen;
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
    long toInsert = 0;
    for (int s = first; s < end; s++) {
      toInsert -= nonZero(inserts.valueHi()[s] | inserts.valueLo()[s]);
    }
    tally[RECORDS] += records;
    tally[LOST] |= below(freed, toInsert);
  }
}
