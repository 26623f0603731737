package org.blindbook.enclave.table;

import org.blindbook.enclave.table.SafeSize.Binomial;

/**
 * How a batch of one size meets the table: its queries are spread over 2<sup>logBins</sup> bins of
 * adjacent buckets with {@code slotsPerBin} query slots each. Depends on public sizes only.
 *
 * @param queries the padded size of the batch, a power of two
 * @param logBins base-2 logarithm of the number of bins, from 1 to that of the buckets
 * @param slotsPerBin query slots of a bin, a multiple of {@link #SLOT_STEP}; more distinct queries
 *     than this fall into one bin with probability below 2<sup>-64</sup>
 * @param candidates of one bucket when a {@link Sieve} picks them, a multiple of {@link
 *     Sieve#STEP}, else 0. More records than this pass in one bucket with probability below
 *     2<sup>-64</sup>
 * @param failure bound on the probability that either happens to a batch of distinct queries: below
 *     2<sup>-64</sup>
 */
record BinPlan(int queries, int logBins, int slotsPerBin, int candidates, double failure) {
  /** Bins hold whole vectors of queries. */
  static final int SLOT_STEP = 8;

  /** The smallest padded batch. */
  static final int MIN_QUERIES = 64;

  /** Bins with more queries than this on average never pay. */
  private static final int LARGEST_MEAN = 1024;

  // Measured with 512-bit vectors, in ns: a record against 8 query slots; one slot's share of one
  // routing layer, there and back; a record in a sieve, in its third filter, and again for every 16
  // candidates; a query slot in the filters of a sieve. Only ratios matter, and only to speed.
  private static final double COMPARE_NS = 0.75;
  private static final double ROUTE_NS = 0.8;
  private static final double MARK_NS = 1.3;
  private static final double NARROW_NS = 0.1;
  private static final double FETCH_NS = 0.35;
  private static final double FILTER_NS = 2.7;

  /**
   * The power of two that a batch of {@code size} is padded to.
   *
   * @leaks nothing: works on public sizes only
   */
  static int paddedSize(int size) {
    return Math.max(MIN_QUERIES, Integer.highestOneBit(Math.max(1, 2 * size - 1)));
  }

  /**
   * The plan of least estimated time for a lookup pass, with or without a sieve.
   *
   * @leaks nothing: works on public sizes only
   */
  static BinPlan forLookup(int queries, Geometry geometry, boolean sieve) {
    int fewest = Math.max(2, queries / LARGEST_MEAN);
    int logFewest = Math.min(geometry.logBuckets(), 31 - Integer.numberOfLeadingZeros(fewest));
    BinPlan best = forLookup(queries, geometry, sieve, logFewest);
    for (int logBins = logFewest + 1; logBins <= geometry.logBuckets(); logBins++) {
      BinPlan plan = forLookup(queries, geometry, sieve, logBins);
      if (plan.estimatedNanos(geometry) < best.estimatedNanos(geometry)) {
        best = plan;
      }
    }
    return best;
  }

  private static BinPlan forLookup(int queries, Geometry geometry, boolean sieve, int logBins) {
    BinPlan direct = withBins(queries, logBins);
    if (!sieve || direct.slotsPerBin > Sieve.FILTER_BITS / 2) {
      return direct; // fuller filters pass too much
    }
    BinPlan sieved = direct.sieved(geometry);
    // With many candidates there is nothing to gain.
    return sieved.estimatedNanos(geometry) < direct.estimatedNanos(geometry) ? sieved : direct;
  }

  /**
   * Candidates are records that are asked for, one for each distinct query that falls into the
   * bucket, and records that pass all filters by chance: no more bits are set than there are slots.
   */
  private BinPlan sieved(Geometry geometry) {
    double set = (double) slotsPerBin / Sieve.FILTER_BITS;
    double passing = Sieve.filters(slotsPerBin) == 2 ? set * set : set * set * set;
    SafeSize found =
        SafeSize.smallest(
            new Binomial(queries, 1.0 / geometry.buckets()),
            new Binomial(geometry.bucketSlots(), passing),
            geometry.buckets(),
            Sieve.STEP,
            SafeSize.MAX_FAILURE - failure);
    return new BinPlan(queries, logBins, slotsPerBin, found.size(), failure + found.failure());
  }

  /**
   * The plan of an update pass: a bin is a bucket, because a new key must go to its own bucket.
   *
   * @leaks nothing: works on public sizes only
   */
  static BinPlan forUpdate(int queries, Geometry geometry) {
    return withBins(queries, geometry.logBuckets());
  }

  private static BinPlan withBins(int queries, int logBins) {
    // Fewer slots in all than queries would overflow for sure, so routing has room for every query.
    SafeSize bin = SafeSize.ofBins(1 << logBins, queries, SLOT_STEP);
    return new BinPlan(queries, logBins, bin.size(), 0, bin.failure());
  }

  private double estimatedNanos(Geometry geometry) {
    double compare = (double) slotsPerBin / SLOT_STEP * COMPARE_NS;
    double layers = Math.log(queries) / Math.log(2) + 2;
    double routing = slots() * layers * ROUTE_NS;
    if (candidates == 0) {
      return geometry.slots() * compare + routing;
    }
    double sieve = MARK_NS + (double) candidates / Sieve.STEP * FETCH_NS;
    sieve += Sieve.filters(slotsPerBin) > 2 ? NARROW_NS : 0;
    double compared = (double) candidates * geometry.buckets() * compare;
    return geometry.slots() * sieve + compared + slots() * FILTER_NS + routing;
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  int bins() {
    return 1 << logBins;
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  int slots() {
    return Math.multiplyExact(slotsPerBin, bins());
  }
}
