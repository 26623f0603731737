package org.blindbook.enclave.table;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.blindbook.enclave.oblivious.Masks.below;
import static org.blindbook.enclave.table.Buckets.BLOCK;
import static org.blindbook.enclave.table.Buckets.BLOCK_LONGS;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * The loops over buckets in vector lanes. What {@code VectorLayers} says about compilation holds
 * here too.
 */
final class VectorBuckets implements BucketKernel {
  private static final VectorSpecies<Long> SPECIES = VectorWidth.SPECIES;
  private static final int LANES = SPECIES.length();

  /** In lane i the bits of the lanes before i. */
  private static final LongVector EARLIER_LANES =
      LongVector.broadcast(SPECIES, -1L).lanewise(LSHL, LongVector.zero(SPECIES).addIndex(1)).not();

  private static LongVector load(long[] x, int i) {
    return LongVector.fromArray(SPECIES, x, i);
  }

  /**
   * Query slots stand in lanes and stay in registers while the records of the bucket stream by,
   * each broadcast to all lanes. As many slots at a time as registers hold: four vectors, then two,
   * then one. The bucket is in cache after the first time.
   */
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
    int slot = at;
    int end = at + count;
    for (; slot + 3 * LANES <= end; slot += 3 * LANES) {
      matchThree(memory, from, to, tagHi, tagLo, valueHi, valueLo, slot);
    }
    for (; slot + 2 * LANES <= end; slot += 2 * LANES) {
      matchTwo(memory, from, to, tagHi, tagLo, valueHi, valueLo, slot);
    }
    for (; slot < end; slot += LANES) {
      matchOne(memory, from, to, tagHi, tagLo, valueHi, valueLo, slot);
    }
  }

  /**
   * All 128 bits: the second comparison runs under the mask of the first. Faster than two masks and
   * their AND, and than one comparison of {@code (hi ^ tHi) | (lo ^ tLo)} with zero.
   */
  private static VectorMask<Long> same(
      LongVector hi, LongVector lo, LongVector tHi, LongVector tLo) {
    return lo.compare(EQ, tLo, hi.compare(EQ, tHi));
  }

  private static void matchThree(
      long[] memory,
      int from,
      int to,
      long[] tagHi,
      long[] tagLo,
      long[] valueHi,
      long[] valueLo,
      int at) {
    int at1 = at + LANES;
    int at2 = at + 2 * LANES;
    LongVector hi0 = load(tagHi, at);
    LongVector hi1 = load(tagHi, at1);
    LongVector hi2 = load(tagHi, at2);
    LongVector lo0 = load(tagLo, at);
    LongVector lo1 = load(tagLo, at1);
    LongVector lo2 = load(tagLo, at2);
    LongVector foundHi0 = load(valueHi, at);
    LongVector foundHi1 = load(valueHi, at1);
    LongVector foundHi2 = load(valueHi, at2);
    LongVector foundLo0 = load(valueLo, at);
    LongVector foundLo1 = load(valueLo, at1);
    LongVector foundLo2 = load(valueLo, at2);
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        LongVector hi = LongVector.broadcast(SPECIES, memory[r]);
        LongVector lo = LongVector.broadcast(SPECIES, memory[r + BLOCK]);
        LongVector recordHi = LongVector.broadcast(SPECIES, memory[r + 2 * BLOCK]);
        LongVector recordLo = LongVector.broadcast(SPECIES, memory[r + 3 * BLOCK]);
        VectorMask<Long> same0 = same(hi, lo, hi0, lo0);
        foundHi0 = foundHi0.lanewise(OR, recordHi, same0);
        foundLo0 = foundLo0.lanewise(OR, recordLo, same0);
        VectorMask<Long> same1 = same(hi, lo, hi1, lo1);
        foundHi1 = foundHi1.lanewise(OR, recordHi, same1);
        foundLo1 = foundLo1.lanewise(OR, recordLo, same1);
        VectorMask<Long> same2 = same(hi, lo, hi2, lo2);
        foundHi2 = foundHi2.lanewise(OR, recordHi, same2);
        foundLo2 = foundLo2.lanewise(OR, recordLo, same2);
      }
    }
    foundHi0.intoArray(valueHi, at);
    foundHi1.intoArray(valueHi, at1);
    foundHi2.intoArray(valueHi, at2);
    foundLo0.intoArray(valueLo, at);
    foundLo1.intoArray(valueLo, at1);
    foundLo2.intoArray(valueLo, at2);
  }

  private static void matchTwo(
      long[] memory,
      int from,
      int to,
      long[] tagHi,
      long[] tagLo,
      long[] valueHi,
      long[] valueLo,
      int at) {
    int at1 = at + LANES;
    LongVector hi0 = load(tagHi, at);
    LongVector hi1 = load(tagHi, at1);
    LongVector lo0 = load(tagLo, at);
    LongVector lo1 = load(tagLo, at1);
    LongVector foundHi0 = load(valueHi, at);
    LongVector foundHi1 = load(valueHi, at1);
    LongVector foundLo0 = load(valueLo, at);
    LongVector foundLo1 = load(valueLo, at1);
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        LongVector hi = LongVector.broadcast(SPECIES, memory[r]);
        LongVector lo = LongVector.broadcast(SPECIES, memory[r + BLOCK]);
        LongVector recordHi = LongVector.broadcast(SPECIES, memory[r + 2 * BLOCK]);
        LongVector recordLo = LongVector.broadcast(SPECIES, memory[r + 3 * BLOCK]);
        VectorMask<Long> same0 = same(hi, lo, hi0, lo0);
        foundHi0 = foundHi0.lanewise(OR, recordHi, same0);
        foundLo0 = foundLo0.lanewise(OR, recordLo, same0);
        VectorMask<Long> same1 = same(hi, lo, hi1, lo1);
        foundHi1 = foundHi1.lanewise(OR, recordHi, same1);
        foundLo1 = foundLo1.lanewise(OR, recordLo, same1);
      }
    }
    foundHi0.intoArray(valueHi, at);
    foundHi1.intoArray(valueHi, at1);
    foundLo0.intoArray(valueLo, at);
    foundLo1.intoArray(valueLo, at1);
  }

  private static void matchOne(
      long[] memory,
      int from,
      int to,
      long[] tagHi,
      long[] tagLo,
      long[] valueHi,
      long[] valueLo,
      int at) {
    LongVector hi0 = load(tagHi, at);
    LongVector lo0 = load(tagLo, at);
    LongVector foundHi0 = load(valueHi, at);
    LongVector foundLo0 = load(valueLo, at);
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        LongVector hi = LongVector.broadcast(SPECIES, memory[r]);
        LongVector lo = LongVector.broadcast(SPECIES, memory[r + BLOCK]);
        VectorMask<Long> same0 = same(hi, lo, hi0, lo0);
        foundHi0 = foundHi0.lanewise(OR, memory[r + 2 * BLOCK], same0);
        foundLo0 = foundLo0.lanewise(OR, memory[r + 3 * BLOCK], same0);
      }
    }
    foundHi0.intoArray(valueHi, at);
    foundLo0.intoArray(valueLo, at);
  }

  /** Records stand in lanes; the entries of the bin are broadcast one after the other. */
  @Override
  public void apply(
      long[] memory,
      int from,
      int to,
      long[] tagHi,
      long[] tagLo,
      long[] valueHi,
      long[] valueLo,
      int at,
      int count,
      long[] rank,
      long[] tally) {
    long inserts = PlainBuckets.rankInserts(valueHi, valueLo, at, count, rank);
    long freed = 0;
    long records = 0;
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r += LANES) {
        LongVector hi = load(memory, r);
        LongVector lo = load(memory, r + BLOCK);
        LongVector recordHi = load(memory, r + 2 * BLOCK);
        LongVector recordLo = load(memory, r + 3 * BLOCK);
        // Zero where the slot is empty or an entry names it: the minimum of all differences.
        LongVector difference = recordHi.lanewise(OR, recordLo);
        for (int s = at; s < at + count; s++) {
          difference =
              difference.lanewise(
                  UMIN, hi.lanewise(XOR, tagHi[s]).lanewise(OR, lo.lanewise(XOR, tagLo[s])));
        }
        VectorMask<Long> free = difference.compare(EQ, 0L);
        long freeLanes = free.toLong();
        LongVector wanted =
            LongVector.broadcast(SPECIES, -1L)
                .blend(EARLIER_LANES.lanewise(AND, freeLanes).lanewise(BIT_COUNT).add(freed), free);
        freed += Long.bitCount(freeLanes);
        hi = hi.blend(0L, free);
        lo = lo.blend(0L, free);
        recordHi = recordHi.blend(0L, free);
        recordLo = recordLo.blend(0L, free);
        for (int s = 0; s < count; s++) {
          VectorMask<Long> chosen = wanted.compare(EQ, rank[s]);
          hi = hi.blend(tagHi[at + s], chosen);
          lo = lo.blend(tagLo[at + s], chosen);
          recordHi = recordHi.blend(valueHi[at + s], chosen);
          recordLo = recordLo.blend(valueLo[at + s], chosen);
        }
        hi.intoArray(memory, r);
        lo.intoArray(memory, r + BLOCK);
        recordHi.intoArray(memory, r + 2 * BLOCK);
        recordLo.intoArray(memory, r + 3 * BLOCK);
        records += recordHi.lanewise(OR, recordLo).compare(NE, 0L).trueCount();
      }
    }
    tally[RECORDS] += records;
    tally[LOST] |= below(freed, inserts);
  }
}
