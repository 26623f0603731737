package org.blindbook.enclave.table;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ULT;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.oblivious.VectorWidth.load;
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
  private static final VectorSpecies<Long> SPECIES = VectorWidth.species();
  private static final int LANES = SPECIES.length();

  /** In lane i the bits of the lanes before i. */
  private static final LongVector EARLIER_LANES =
      LongVector.broadcast(SPECIES, -1L).lanewise(LSHL, LongVector.zero(SPECIES).addIndex(1)).not();

  /**
   * Query slots stand in lanes and stay in registers while the records of the bucket stream by,
   * each broadcast to all lanes. Two vectors of slots at a time, then what is left. The bucket is
   * in cache after the first time. Three at a time gain a tenth where vectors have 256 bits, and
   * nothing where they have 512.
   */
  @Override
  public void match(long[] memory, int from, int to, BinSlots asked, int bin) {
    int slot = asked.first(bin);
    int end = slot + asked.perBin();
    for (; slot + 2 * LANES <= end; slot += 2 * LANES) {
      matchTwo(memory, from, to, asked, slot);
    }
    for (; slot < end; slot += LANES) {
      matchOne(memory, from, to, asked, slot);
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

  private static void matchTwo(long[] memory, int from, int to, BinSlots asked, int at) {
    int at1 = at + LANES;
    LongVector hi0 = load(asked.tagHi(), at);
    LongVector hi1 = load(asked.tagHi(), at1);
    LongVector lo0 = load(asked.tagLo(), at);
    LongVector lo1 = load(asked.tagLo(), at1);
    LongVector foundHi0 = load(asked.valueHi(), at);
    LongVector foundHi1 = load(asked.valueHi(), at1);
    LongVector foundLo0 = load(asked.valueLo(), at);
    LongVector foundLo1 = load(asked.valueLo(), at1);
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
    foundHi0.intoArray(asked.valueHi(), at);
    foundHi1.intoArray(asked.valueHi(), at1);
    foundLo0.intoArray(asked.valueLo(), at);
    foundLo1.intoArray(asked.valueLo(), at1);
  }

  private static void matchOne(long[] memory, int from, int to, BinSlots asked, int at) {
    LongVector hi0 = load(asked.tagHi(), at);
    LongVector lo0 = load(asked.tagLo(), at);
    LongVector foundHi0 = load(asked.valueHi(), at);
    LongVector foundLo0 = load(asked.valueLo(), at);
    for (int block = from; block < to; block += BLOCK_LONGS) {
      for (int r = block; r < block + BLOCK; r++) {
        LongVector hi = LongVector.broadcast(SPECIES, memory[r]);
        LongVector lo = LongVector.broadcast(SPECIES, memory[r + BLOCK]);
        VectorMask<Long> same0 = same(hi, lo, hi0, lo0);
        foundHi0 = foundHi0.lanewise(OR, memory[r + 2 * BLOCK], same0);
        foundLo0 = foundLo0.lanewise(OR, memory[r + 3 * BLOCK], same0);
      }
    }
    foundHi0.intoArray(asked.valueHi(), at);
    foundLo0.intoArray(asked.valueLo(), at);
  }

  /**
   * Records stand in lanes. The tags are broadcast one after the other; the inserts are picked from
   * vectors by lane, as the ordinals of the free slots say.
   */
  @Override
  public void apply(
      long[] memory, int from, int to, BinSlots named, BinSlots inserts, int bin, long[] tally) {
    int first = named.first(bin);
    int end = first + named.perBin();
    long[] tagHi = named.tagHi();
    long[] tagLo = named.tagLo();
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
        LongVector difference2 = difference; // two chains, so that one need not wait for the other
        for (int s = first; s < end; s += 2) {
          difference = difference.lanewise(UMIN, difference(hi, lo, tagHi[s], tagLo[s]));
          difference2 = difference2.lanewise(UMIN, difference(hi, lo, tagHi[s + 1], tagLo[s + 1]));
        }
        VectorMask<Long> free = difference.lanewise(UMIN, difference2).compare(EQ, 0L);
        long freeLanes = free.toLong();
        LongVector ordinal = EARLIER_LANES.lanewise(AND, freeLanes).lanewise(BIT_COUNT).add(freed);
        freed += Long.bitCount(freeLanes);
        hi = hi.blend(0L, free);
        lo = lo.blend(0L, free);
        recordHi = recordHi.blend(0L, free);
        recordLo = recordLo.blend(0L, free);
        for (int s = first; s < end; s += LANES) {
          LongVector lane = ordinal.sub(s - first);
          VectorMask<Long> here = lane.compare(ULT, (long) LANES, free);
          lane = lane.lanewise(AND, LANES - 1L);
          hi = hi.blend(lane.selectFrom(load(inserts.tagHi(), s)), here);
          lo = lo.blend(lane.selectFrom(load(inserts.tagLo(), s)), here);
          recordHi = recordHi.blend(lane.selectFrom(load(inserts.valueHi(), s)), here);
          recordLo = recordLo.blend(lane.selectFrom(load(inserts.valueLo(), s)), here);
        }
        hi.intoArray(memory, r);
        lo.intoArray(memory, r + BLOCK);
        recordHi.intoArray(memory, r + 2 * BLOCK);
        recordLo.intoArray(memory, r + 3 * BLOCK);
        records += recordHi.lanewise(OR, recordLo).compare(NE, 0L).trueCount();
      }
    }
    long wanted = 0;
    for (int s = first; s < end; s += LANES) {
      LongVector value = load(inserts.valueHi(), s).lanewise(OR, load(inserts.valueLo(), s));
      wanted += value.compare(NE, 0L).trueCount();
    }
    tally[RECORDS] += records;
    tally[LOST] |= below(freed, wanted);
  }

  private static LongVector difference(LongVector hi, LongVector lo, long tHi, long tLo) {
    return hi.lanewise(XOR, tHi).lanewise(OR, lo.lanewise(XOR, tLo));
  }
}
