package org.blindbook.enclave.table;

/**
 * The inner loops over the table's memory, one bucket per call. {@link PlainBuckets} is the
 * reference; vector kernels give the same results faster.
 *
 * <p>{@code tagHi}, {@code tagLo}, {@code valueHi} and {@code valueLo} hold the {@code count}
 * (multiple of 8) slots of the bucket's bin from index {@code at} on; {@code memory} holds the
 * bucket's records from {@code from} to {@code to} in the layout of {@link Buckets}.
 *
 * @leaks indices and counts: all public
 */
interface BucketKernel {
  /** In a tally: records found in the slots swept. */
  int RECORDS = 0;

  /** In a tally: not zero when a bucket had no room for an entry. */
  int LOST = 1;

  int TALLY = 2;

  /** ORs the value of every record into the query slots that have its tag. */
  void match(
      long[] memory,
      int from,
      int to,
      long[] tagHi,
      long[] tagLo,
      long[] valueHi,
      long[] valueLo,
      int at,
      int count);

  /**
   * Applies the entries of a bin to its bucket in one sweep. Every slot of the bucket with one of
   * the tags is cleared; then the first slots that are free take the inserts. Every slot is
   * written.
   *
   * @param insertHi tags of records to insert: distinct, of this bucket, packed to the front of the
   *     {@code count} slots, zero behind; their values stand alike in {@code valueHi}, {@code
   *     valueLo}
   * @param tally the records in the bucket afterwards are added, losses ORed
   */
  void apply(
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
      long[] tally);
}
