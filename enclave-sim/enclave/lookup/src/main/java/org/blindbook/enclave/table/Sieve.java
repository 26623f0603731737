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
 *   <li>{@link #build}: two or three filters of 1024 bits from as many times ten bits of the bin's
 *       tags;
 *   <li>{@link #mark}: a bit for each record that passes two, {@link #narrow} takes away those that
 *       do not pass the third. Every record asked for passes all, and of the others at most one in
 *       (1024 / queries)<sup>2</sup> or <sup>3</sup>;
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

  private static final int MOST_FILTERS = 3;

  /** Bits of one filter. */
  static final int FILTER_BITS = 1024;

  private static final int LOG_FILTER_BITS = 10;
  private static final int WORDS = FILTER_BITS / Long.SIZE;
  private static final int LOG_WORDS = 4;

  /** Places that are ranked together: in registers. */
  private static final int RANKED = 4 * STEP;

  private static final int STEP_LONGS = STEP / BLOCK * BLOCK_LONGS;

  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final int LANES = BLOCK;
  private static final LongVector LANE = LongVector.zero(LONGS).addIndex(1);
  private static final IntVector PLACE = IntVector.zero(INTS).addIndex(1);

  private final long[] filters;
  private final byte[] marks;
  private final int[] places;
  private final long[] indices;

  /** The candidates of the last bucket, in the layout of {@link Buckets}; the rest is empty. */
  final long[] candidates;

  /**
   * @param bucketSlots slots of a bucket, a multiple of {@link #STEP}
   * @param perBin queries that a bin has room for
   * @param candidates most candidates of a bucket, a multiple of {@link #STEP}
   */
  Sieve(int bucketSlots, int perBin, int candidates) {
    this.filters = new long[filters(perBin) * WORDS];
    this.marks = new byte[bucketSlots / BLOCK];
    this.places = new int[(candidates + RANKED - 1) / RANKED * RANKED];
    this.indices = new long[candidates];
    this.candidates = new long[candidates / BLOCK * BLOCK_LONGS];
  }

  /**
   * Filters that a record must pass: a third pays where two would pass many that nobody asks for.
   *
   * @param perBin queries that a bin has room for
   * @leaks nothing: works on public sizes only
   */
  static int filters(int perBin) {
    return perBin <= FILTER_BITS / 16 ? 2 : MOST_FILTERS;
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
    int first = asked.first(bin);
    for (int filter = 0; filter < filters.length / WORDS; filter++) {
      build(asked.tagLo(), first, first + asked.perBin(), filter, filters);
    }
  }

  /**
   * Fills {@link #candidates} from one bucket.
   *
   * @return how many there are: a secret. More than there is room for means that some are missing
   * @leaks the range of memory and the number of places
   */
  int sift(long[] memory, int from, int to) {
    mark(memory, from, to, filters, marks);
    if (filters.length / WORDS == MOST_FILTERS) {
      narrow(memory, from, to, filters, marks);
    }
    int found = 0;
    for (int at = 0; at < places.length; at += RANKED) {
      found = rank(marks, places, at);
    }
    for (int i = 0; i < indices.length; i++) {
      indices[i] = places[i];
    }
    for (int i = 0; i < indices.length; i += STEP) {
      fetch(memory, from, to, indices, i, candidates);
    }
    return found;
  }

  /** Sets the bits of each tag in one filter: four of the ten name a word, six a bit in it. */
  private static void build(long[] tagLo, int from, int to, int filter, long[] filters) {
    int shift = filter * LOG_FILTER_BITS;
    LongVector words0 = LongVector.zero(LONGS);
    LongVector words1 = words0;
    LongVector upper = LANE.add(LANES);
    for (int s = from; s < to; s++) {
      long bits = tagLo[s] >>> shift;
      long word = bits & (WORDS - 1);
      long bit = 1L << (bits >>> LOG_WORDS);
      words0 = words0.lanewise(OR, bit, LANE.compare(EQ, word));
      words1 = words1.lanewise(OR, bit, upper.compare(EQ, word));
    }
    words0.intoArray(filters, filter * WORDS);
    words1.intoArray(filters, filter * WORDS + LANES);
  }

  /**
   * A bit for each record that passes two filters, a byte for each block. The low bits pick a word.
   */
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
          lo.lanewise(LSHR, LOG_FILTER_BITS)
              .selectFrom(second0, second1)
              .lanewise(LSHR, lo.lanewise(LSHR, LOG_FILTER_BITS + LOG_WORDS));
      VectorMask<Long> present =
          load(memory, r + 2 * BLOCK).lanewise(OR, load(memory, r + 3 * BLOCK)).compare(NE, 0L);
      VectorMask<Long> passes =
          first.lanewise(AND, second).lanewise(AND, 1L).compare(NE, 0L, present);
      marks[block++] = (byte) passes.toLong();
    }
  }

  /** Takes the bits of the records that do not pass the third. */
  private static void narrow(long[] memory, int from, int to, long[] filters, byte[] marks) {
    LongVector third0 = load(filters, 2 * WORDS);
    LongVector third1 = load(filters, 2 * WORDS + LANES);
    int block = 0;
    for (int r = from; r < to; r += BLOCK_LONGS) {
      LongVector bits = load(memory, r + BLOCK).lanewise(LSHR, 2 * LOG_FILTER_BITS);
      LongVector third =
          bits.selectFrom(third0, third1).lanewise(LSHR, bits.lanewise(LSHR, LOG_WORDS));
      marks[block++] &= (byte) third.lanewise(AND, 1L).compare(NE, 0L).toLong();
    }
  }

  /**
   * Gives each of {@value #RANKED} places from {@code at} on the index of its record in the bucket,
   * or -1.
   *
   * @return the number of marks
   */
  private static int rank(byte[] marks, int[] places, int at) {
    IntVector places0 = IntVector.broadcast(INTS, -1);
    IntVector places1 = places0;
    IntVector places2 = places0;
    IntVector places3 = places0;
    int before = 0;
    for (int step = 0; step < marks.length / 2; step++) {
      int marked = marks[2 * step] & 0xff | (marks[2 * step + 1] & 0xff) << LANES;
      int count = Integer.bitCount(marked);
      IntVector packed = PLACE.compress(VectorMask.fromLong(INTS, marked)).add(step * STEP);
      // Place number before + i takes element i.
      IntVector element = PLACE.add(at - before);
      IntVector moved = element.selectFrom(packed);
      places0 = places0.blend(moved, element.compare(ULT, count));
      places1 = places1.blend(moved, element.add(STEP).compare(ULT, count));
      places2 = places2.blend(moved, element.add(2 * STEP).compare(ULT, count));
      places3 = places3.blend(moved, element.add(3 * STEP).compare(ULT, count));
      before += count;
    }
    places0.intoArray(places, at);
    places1.intoArray(places, at + STEP);
    places2.intoArray(places, at + 2 * STEP);
    places3.intoArray(places, at + 3 * STEP);
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
