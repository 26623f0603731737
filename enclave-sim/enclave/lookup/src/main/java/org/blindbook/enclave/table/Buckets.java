package org.blindbook.enclave.table;

import java.nio.LongBuffer;
import java.util.Arrays;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.Speck128;

/**
 * The memory of a table: buckets of slots, each slot a 128-bit tag and a 128-bit value, and the key
 * of the permutation that makes tags from lookup keys. A record lives in the bucket named by the
 * first bits of its tag. A slot is empty exactly when its value is zero.
 *
 * <p>Layout: blocks of {@value #BLOCK} slots, {@value #BLOCK_LONGS} longs: 8 x tag high half, 8 x
 * tag low half, 8 x value high half, 8 x value low half. So a vector kernel loads one field of
 * eight slots at once, and a block is four cache lines. Whole buckets lie in segments, because one
 * Java array ends at 16 GiB.
 */
final class Buckets {
  static final int BLOCK = 8;
  static final int BLOCK_LONGS = 4 * BLOCK;

  private static final int LOG_SEGMENT_BUCKETS = 10;

  final Geometry geometry;
  final Speck128 cipher;
  private final long[] hashKey;
  private final long[][] segments;

  /** Longs of one bucket. */
  final int bucketLongs;

  /**
   * Empty buckets with a fresh hash key.
   *
   * @leaks the geometry
   */
  static Buckets create(Geometry geometry, RandomSource random) {
    long[] hashKey = new long[Speck128.KEY_WORDS];
    random.fill(hashKey);
    return new Buckets(geometry, hashKey);
  }

  /** Empty buckets with a given hash key, which they keep. */
  Buckets(Geometry geometry, long[] hashKey) {
    this.geometry = geometry;
    this.hashKey = hashKey;
    this.cipher = new Speck128(hashKey);
    this.bucketLongs = geometry.bucketSlots() / BLOCK * BLOCK_LONGS;
    int logSegment = Math.min(LOG_SEGMENT_BUCKETS, geometry.logBuckets());
    this.segments = new long[1 << (geometry.logBuckets() - logSegment)][bucketLongs << logSegment];
  }

  /**
   * The array that bucket {@code bucket} lies in, from {@link #offset} on.
   *
   * @leaks the bucket
   */
  long[] segment(int bucket) {
    return segments[bucket >>> LOG_SEGMENT_BUCKETS];
  }

  /**
   * @leaks the bucket
   */
  int offset(int bucket) {
    return (bucket & ((1 << LOG_SEGMENT_BUCKETS) - 1)) * bucketLongs;
  }

  /**
   * Copies slots in storage order, as many blocks as there is room for.
   *
   * @leaks the range
   */
  void write(long firstBlock, LongBuffer out) {
    for (long block = firstBlock; out.hasRemaining(); block++) {
      out.put(segments[segmentOf(block)], inSegment(block), BLOCK_LONGS);
    }
  }

  /**
   * The reverse of {@link #write}.
   *
   * @leaks the range
   */
  void read(long firstBlock, LongBuffer in) {
    for (long block = firstBlock; in.hasRemaining(); block++) {
      in.get(segments[segmentOf(block)], inSegment(block), BLOCK_LONGS);
    }
  }

  /**
   * Copies the slots of a block to entries of a batch, tags in place of keys.
   *
   * @leaks the block
   */
  void copyBlock(long block, UpdateBatch to, int at) {
    long[] segment = segments[segmentOf(block)];
    int from = inSegment(block);
    System.arraycopy(segment, from, to.keyHi, at, BLOCK);
    System.arraycopy(segment, from + BLOCK, to.keyLo, at, BLOCK);
    System.arraycopy(segment, from + 2 * BLOCK, to.valueHi, at, BLOCK);
    System.arraycopy(segment, from + 3 * BLOCK, to.valueLo, at, BLOCK);
  }

  private int segmentOf(long block) {
    return (int) (block * BLOCK_LONGS / segments[0].length);
  }

  private int inSegment(long block) {
    return (int) (block * BLOCK_LONGS % segments[0].length);
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  long blocks() {
    return geometry.slots() / BLOCK;
  }

  /**
   * A copy of the hash key: a secret that goes nowhere but into a sealed image.
   *
   * @leaks nothing
   */
  long[] hashKey() {
    return hashKey.clone();
  }

  /**
   * Forgets the hash key and all records.
   *
   * @leaks the geometry
   */
  void wipe() {
    Arrays.fill(hashKey, 0);
    cipher.wipe();
    for (long[] segment : segments) {
      Arrays.fill(segment, 0);
    }
  }
}
