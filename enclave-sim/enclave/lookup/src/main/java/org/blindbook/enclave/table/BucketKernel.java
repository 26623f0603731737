package org.blindbook.enclave.table;

/**
 * The inner loops over the table's memory, one bucket per call. {@link PlainBuckets} is the
 * reference; vector kernels give the same results faster.
 *
 * <p>{@code memory} holds the bucket's slots from {@code from} to {@code to}, in the layout of
 * {@link Buckets}.
 */
interface BucketKernel {
  /** In a tally: registrations found in the slots swept. */
  int RECORDS = 0;

  /** In a tally: not zero when a bucket had no room for an entry. */
  int LOST = 1;

  int TALLY = 2;

  /**
   * ORs the value of every registration into the bin's slots that have its tag.
   *
   * @leaks the range of memory, the bin and its size
   */
  void match(long[] memory, int from, int to, BinSlots asked, int bin);

  /**
   * Applies the changes of a bin to its bucket in one sweep. Every slot of the bucket with one of
   * the tags is cleared; then the first slots that are free take the inserts. Every slot is
   * written.
   *
   * @param named the tags of all changes
   * @param inserts the changes that store something: distinct, of this bucket, packed to the front
   *     of the bin, zero behind
   * @param tally the registrations in the bucket afterwards are added, losses ORed
   * @leaks the range of memory, the bin and its size
   */
  void apply(
      long[] memory, int from, int to, BinSlots named, BinSlots inserts, int bin, long[] tally);
}
