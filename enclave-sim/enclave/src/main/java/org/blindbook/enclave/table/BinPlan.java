package org.blindbook.enclave.table;

/**
 * How a batch of one size meets the table: its queries are spread over 2<sup>logBins</sup> bins of
 * adjacent buckets with {@code slotsPerBin} query slots each. Depends on public sizes only.
 *
 * @param queries the padded size of the batch, a power of two
 * @param logBins base-2 logarithm of the number of bins, from 1 to that of the buckets
 * @param slotsPerBin query slots of a bin, a multiple of {@link #SLOT_STEP}; more distinct queries
 *     than this fall into one bin with probability below 2<sup>-64</sup>
 */
record BinPlan(int queries, int logBins, int slotsPerBin) {
  /** Bins hold whole vectors of queries. */
  static final int SLOT_STEP = 8;

  /** The smallest padded batch. */
  static final int MIN_QUERIES = 64;

  /** Bins with more queries than this on average never pay. */
  private static final int LARGEST_MEAN = 1024;

  // Measured with 512-bit vectors, in ns: a record against 8 query slots; streaming a record; one
  // slot's share of one routing layer, there and back. Only ratios matter, and only to speed.
  private static final double COMPARE_NS = 0.6;
  private static final double STREAM_NS = 0.2;
  private static final double ROUTE_NS = 0.8;

  /** The power of two that a batch of {@code size} is padded to. */
  static int paddedSize(int size) {
    return Math.max(MIN_QUERIES, Integer.highestOneBit(Math.max(1, 2 * size - 1)));
  }

  /** The plan of least estimated time for a lookup pass. */
  static BinPlan forLookup(int queries, Geometry geometry) {
    int fewest = Math.max(2, queries / LARGEST_MEAN);
    int logFewest = Math.min(geometry.logBuckets(), 31 - Integer.numberOfLeadingZeros(fewest));
    BinPlan best = withBins(queries, logFewest);
    for (int logBins = logFewest + 1; logBins <= geometry.logBuckets(); logBins++) {
      BinPlan plan = withBins(queries, logBins);
      if (plan.estimatedNanos(geometry) < best.estimatedNanos(geometry)) {
        best = plan;
      }
    }
    return best;
  }

  /** The plan of an update pass: a bin is a bucket, because a new key must go to its own bucket. */
  static BinPlan forUpdate(int queries, Geometry geometry) {
    return withBins(queries, geometry.logBuckets());
  }

  private static BinPlan withBins(int queries, int logBins) {
    // Fewer slots in all than queries would overflow for sure, so routing has room for every query.
    int slots = BinomialTail.slotsNeeded(queries, 1L << logBins, SLOT_STEP);
    return new BinPlan(queries, logBins, slots);
  }

  private double estimatedNanos(Geometry geometry) {
    double compare = (double) slotsPerBin / SLOT_STEP * COMPARE_NS + STREAM_NS;
    double layers = Math.log(queries) / Math.log(2) + 2;
    return geometry.slots() * compare + slots() * layers * ROUTE_NS;
  }

  int bins() {
    return 1 << logBins;
  }

  int slots() {
    return Math.multiplyExact(slotsPerBin, bins());
  }

  /** log2 of the bound on the probability that a batch of distinct queries overflows a bin. */
  double log2Failure() {
    return BinomialTail.log2Overflow(queries, bins(), slotsPerBin);
  }
}
