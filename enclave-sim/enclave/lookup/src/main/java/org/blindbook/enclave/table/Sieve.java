package org.blindbook.enclave.table;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ULT;
import static org.blindbook.enclave.oblivious.VectorWidth.load;
import static org.blindbook.enclave.table.Buckets.BLOCK;
import static org.blindbook.enclave.table.Buckets.BLOCK_LONGS;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * Picks from a bucket the few records that queries of its bin may ask for, so that only these are
 * compared with every query. Four steps, each a fixed walk:
 *
 * <ol>
 *   <li>{@link #build}: two filters of 1024 bits from twice ten bits of the bin's tags;
 *   <li>{@link #mark}: a bit for each record that passes both. Every record asked for does, and of
 *       the others at most one in (1024 / queries)<sup>2</sup>;
 *   <li>{@link #rank}: for each place among the candidates, which record it gets;
 *   <li>{@link #fetch}: the records themselves, by reading the whole bucket.
 * </ol>
 *
 * <p>Where records stand is never assumed to be random, only how many pass: {@link
 * BinPlan#candidates} bounds them.
 *
 * <p>For vectors of 512 bits only: a filter is two registers, looked up by a permutation of them.
 * Each step is to be compiled on its own ({@code -XX:CompileCommand=dontinline}): together they are
 * more than the compiler inlines, and what is not inlined is slow.
 */
final class Sieve {
  /** Candidates come in multiples of this, buckets too. */
  static final int STEP = 16;

  /** Bits of one filter. */
  static final int FILTER_BITS = 1024;

  private static final int WORDS = FILTER_BITS / Long.SIZE;
  private static final int LOG_WORDS = 4;
  private static final int SECOND_FILTER = 10; // its bits of the tag start here

  private static final int STEP_LONGS = STEP / BLOCK * BLOCK_LONGS;

  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final int LANES = BLOCK;
  private static final LongVector LANE = LongVector.zero(LONGS).addIndex(1);
  private static final IntVector PLACE = IntVector.zero(INTS).addIndex(1);

  private final long[] filters = new long[2 * WORDS];
  private final byte[] marks;
  private final int[] places;
  private final long[] indices;

  /** The candidates of the last bucket, in the layout of {@link Buckets}; the rest is empty. */
  final long[] candidates;

  /**
   * @param bucketSlots slots of a bucket, a multiple of {@link #STEP}
   * @param candidates most candidates of a bucket, a multiple of {@link #STEP}
   */
  Sieve(int bucketSlots, int candidates) {
    this.marks = new byte[bucketSlots / BLOCK];
    this.places = new int[candidates];
    this.indices = new long[candidates];
    this.candidates = new long[candidates / BLOCK * BLOCK_LONGS];
  }

  /**
   * Whether vectors have the width that this is written for.
   *
   * @leaks nothing: works on public sizes only
   */
  static boolean fits() {
    return VectorWidth.species() == LONGS;
  }

  /**
   * Prepares for the buckets of a bin.
   *
   * @leaks the bin and its size
   */
  void prepare(BinSlots asked, int bin) {
    build(asked.tagLo(), asked.first(bin), asked.perBin(), filters);
  }

  /**
   * Fills {@link #candidates} from one bucket.
   *
   * @return how many there are: a secret. More than there is room for means that some are missing
   * @leaks the range of memory and the number of places
   */
  int sift(long[] memory, int from, int to) {
    mark(memory, from, to, filters, marks);
    int found = rank(marks, places);
    for (int i = 0; i < places.length; i++) {
      indices[i] = places[i];
    }
    for (int i = 0; i < indices.length; i += STEP) {
      fetch(memory, from, to, indices, i, candidates);
    }
    return found;
  }

  /** Sets the bits of each tag: four of the ten name a word, six a bit in it. */
  private static void build(long[] tagLo, int at, int count, long[] filters) {
    LongVector first0 = LongVector.zero(LONGS);
    LongVector first1 = first0;
    LongVector second0 = first0;
    LongVector second1 = first0;
    LongVector upper = LANE.add(LANES);
    for (int s = at; s < at + count; s++) {
      long lo = tagLo[s];
      long word = lo & (WORDS - 1);
      long bit = 1L << (lo >>> LOG_WORDS);
      first0 = first0.lanewise(OR, bit, LANE.compare(EQ, word));
      first1 = first1.lanewise(OR, bit, upper.compare(EQ, word));
      word = lo >>> SECOND_FILTER & (WORDS - 1);
      bit = 1L << (lo >>> SECOND_FILTER + LOG_WORDS);
      second0 = second0.lanewise(OR, bit, LANE.compare(EQ, word));
      second1 = second1.lanewise(OR, bit, upper.compare(EQ, word));
    }
    first0.intoArray(filters, 0);
    first1.intoArray(filters, LANES);
    second0.intoArray(filters, WORDS);
    second1.intoArray(filters, WORDS + LANES);
  }

  /** A bit for each record that passes, a byte for each block. The low bits pick a word. */
  private static void mark(long[] memory, int from, int to, long[] filters, byte[] marks) {
    LongVector first0 = load(filters, 0);
    LongVector first1 = load(filters, LANES);
    LongVector second0 = load(filters, WORDS);
    LongVector second1 = load(filters, WORDS + LANES);
    int block = 0;
    for (int r = from; r < to; r += BLOCK_LONGS) {
      LongVector lo = load(memory, r + BLOCK);
      LongVector first = lo.selectFrom(first0, first1).lanewise(LSHR, lo.lanewise(LSHR, LOG_WORDS));
      LongVector second =
          lo.lanewise(LSHR, SECOND_FILTER)
              .selectFrom(second0, second1)
              .lanewise(LSHR, lo.lanewise(LSHR, SECOND_FILTER + LOG_WORDS));
      VectorMask<Long> present =
          load(memory, r + 2 * BLOCK).lanewise(OR, load(memory, r + 3 * BLOCK)).compare(NE, 0L);
      VectorMask<Long> passes =
          first.lanewise(AND, second).lanewise(AND, 1L).compare(NE, 0L, present);
      marks[block++] = (byte) passes.toLong();
    }
  }

  /** Gives each place the index of its record in the bucket, or -1; returns the number of marks. */
  private static int rank(byte[] marks, int[] places) {
    Arrays.fill(places, -1);
    int before = 0;
    for (int step = 0; step < marks.length / 2; step++) {
      int marked = marks[2 * step] & 0xff | (marks[2 * step + 1] & 0xff) << LANES;
      int count = Integer.bitCount(marked);
      IntVector packed = PLACE.compress(VectorMask.fromLong(INTS, marked)).add(step * STEP);
      // Place number before + i takes element i.
      IntVector element = PLACE.sub(before);
      IntVector moved = element.selectFrom(packed);
      for (int p = 0; p < places.length; p += STEP) {
        IntVector.fromArray(INTS, places, p)
            .blend(moved, element.add(p).compare(ULT, count))
            .intoArray(places, p);
      }
      before += count;
    }
    return before;
  }

  /** Copies the records of sixteen places, reading the whole bucket. */
  private static void fetch(
      long[] memory, int from, int to, long[] indices, int at, long[] candidates) {
    LongVector index0 = load(indices, at);
    LongVector index1 = load(indices, at + LANES);
    LongVector step0 = index0.lanewise(ASHR, LOG_WORDS);
    LongVector step1 = index1.lanewise(ASHR, LOG_WORDS);
    LongVector hi0 = LongVector.zero(LONGS);
    LongVector hi1 = hi0;
    LongVector lo0 = hi0;
    LongVector lo1 = hi0;
    LongVector valueHi0 = hi0;
    LongVector valueHi1 = hi0;
    LongVector valueLo0 = hi0;
    LongVector valueLo1 = hi0;
    long step = 0;
    for (int r = from; r < to; r += STEP_LONGS) {
      VectorMask<Long> here0 = step0.compare(EQ, step);
      VectorMask<Long> here1 = step1.compare(EQ, step);
      LongVector a = load(memory, r);
      LongVector b = load(memory, r + BLOCK_LONGS);
      hi0 = hi0.blend(index0.selectFrom(a, b), here0);
      hi1 = hi1.blend(index1.selectFrom(a, b), here1);
      a = load(memory, r + BLOCK);
      b = load(memory, r + BLOCK_LONGS + BLOCK);
      lo0 = lo0.blend(index0.selectFrom(a, b), here0);
      lo1 = lo1.blend(index1.selectFrom(a, b), here1);
      a = load(memory, r + 2 * BLOCK);
      b = load(memory, r + BLOCK_LONGS + 2 * BLOCK);
      valueHi0 = valueHi0.blend(index0.selectFrom(a, b), here0);
      valueHi1 = valueHi1.blend(index1.selectFrom(a, b), here1);
      a = load(memory, r + 3 * BLOCK);
      b = load(memory, r + BLOCK_LONGS + 3 * BLOCK);
      valueLo0 = valueLo0.blend(index0.selectFrom(a, b), here0);
      valueLo1 = valueLo1.blend(index1.selectFrom(a, b), here1);
      step++;
    }
    int out = at / BLOCK * BLOCK_LONGS;
    hi0.intoArray(candidates, out);
    lo0.intoArray(candidates, out + BLOCK);
    valueHi0.intoArray(candidates, out + 2 * BLOCK);
    valueLo0.intoArray(candidates, out + 3 * BLOCK);
    out += BLOCK_LONGS;
    hi1.intoArray(candidates, out);
    lo1.intoArray(candidates, out + BLOCK);
    valueHi1.intoArray(candidates, out + 2 * BLOCK);
    valueLo1.intoArray(candidates, out + 3 * BLOCK);
  }
}
