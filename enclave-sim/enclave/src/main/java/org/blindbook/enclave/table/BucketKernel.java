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
   * Applies the entries of a bin to its bucket in one sweep. Every slot whose tag an entry names is
   * cleared; entries with a value go to the first slots that are free then. Every slot is written.
   * Entries that carry a value have distinct tags of this bucket; slots without an entry have a
   * zero value and a tag that no record of this bucket has.
   *
   * @param rank scratch of at least {@code count} elements
   * @param tally the records in the bucket afterwards are added, losses ORed
   */
  void apply(
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
      long[] tally);
}
