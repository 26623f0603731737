package org.blindbook.enclave.table;

/**
 * The public shape of a table: how many buckets of how many slots, for how many records.
 *
 * <p>Capacities are 2 x 2<sup>k</sup> and 3 x 2<sup>k</sup>, so growth by a third or a half; a
 * bucket holds 1024 or 1536 records on average when the table is full (512 in the smallest table),
 * and has as many slots as the tail of its load asks for: small enough that a bucket stays in
 * cache, large enough that spare slots take a quarter of the memory or less.
 *
 * @param capacity records the table takes before it grows
 * @param logBuckets base-2 logarithm of the number of buckets, at least 1
 * @param bucketSlots slots of a bucket, a multiple of {@link Sieve#STEP}
 */
record Geometry(long capacity, int logBuckets, int bucketSlots) {
  static final long MIN_CAPACITY = 1024;

  /** Largest capacity the sizes below are good for; memory ends far earlier. */
  static final long MAX_CAPACITY = 1L << 32;

  private static final long MEAN_AT_LEAST = 1024;
  private static final int SLOT_BYTES = 32;

  /**
   * The smallest geometry for this many records.
   *
   * @leaks nothing: works on public sizes only
   */
  static Geometry holding(long records) {
    if (records < 0 || records > MAX_CAPACITY) {
      throw new IllegalArgumentException("a table holds 0 to " + MAX_CAPACITY + " records");
    }
    long power = Math.max(MIN_CAPACITY, Long.highestOneBit(Math.max(1, records)));
    long half = power / 2;
    long capacity = records <= power ? power : records <= 3 * half ? 3 * half : 2 * power;
    int logBuckets = Math.max(1, 63 - Long.numberOfLeadingZeros(capacity / MEAN_AT_LEAST));
    SafeSize bucket = SafeSize.ofBins(1 << logBuckets, capacity, Sieve.STEP);
    return new Geometry(capacity, logBuckets, bucket.size());
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  int buckets() {
    return 1 << logBuckets;
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  long slots() {
    return (long) bucketSlots << logBuckets;
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  long bytes() {
    return slots() * SLOT_BYTES;
  }
}
