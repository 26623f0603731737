package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tails by computation and the sizes from them; {@link OverflowSimulationTest} simulates. */
class BinomialTailTest {

  /** Sizes computed independently, in another language and with log-gamma, before this code. */
  @ParameterizedTest
  @CsvSource({
    "4096, 16, 13307",
    "4096, 32, 1355",
    "4096, 48, 511",
    "4096, 64, 283",
    "512, 64, 33",
    "16384, 64, 1166",
    "65536, 64, 4797"
  })
  void fewestBinsForABatchAreTheKnownOnes(long queries, int slots, int bins) {
    assertThat(BinomialTail.log2Overflow(queries, bins, slots)).isLessThan(-64);
    assertThat(BinomialTail.log2Overflow(queries, bins - 1, slots)).isGreaterThanOrEqualTo(-64);
  }

  @Test
  void agreesWithExactFractions() {
    for (int[] nk : new int[][] {{10, 2}, {64, 8}, {64, 20}, {300, 40}, {500, 120}}) {
      for (int bins : new int[] {2, 8, 13}) {
        int n = nk[0];
        int k = nk[1];
        BigInteger choose = BigInteger.ONE;
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i <= n; i++) {
          if (i > k) {
            sum = sum.add(choose.multiply(BigInteger.valueOf(bins - 1).pow(n - i)));
          }
          choose = choose.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
        }
        BigDecimal exact =
            new BigDecimal(sum)
                .divide(new BigDecimal(BigInteger.valueOf(bins).pow(n)), MathContext.DECIMAL128);
        double log2 =
            Math.log(exact.movePointRight(exact.scale() - exact.precision()).doubleValue())
                    / Math.log(2)
                + (exact.precision() - exact.scale()) * Math.log(10) / Math.log(2);
        assertThat(BinomialTail.log2Above(n, 1.0 / bins, k)).isCloseTo(log2, within(1e-9));
      }
    }
  }

  @Test
  void whatCannotHappenHasNoProbability() {
    assertThat(BinomialTail.log2Above(10, 0.5, 10)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void everyTableAndBatchIsBelowTheBoundAndNotLarger() {
    for (long capacity = Geometry.MIN_CAPACITY; capacity <= 1L << 30; capacity *= 2) {
      for (long records : new long[] {capacity, capacity / 2 * 3}) {
        Geometry geometry = Geometry.holding(records);
        assertThat(geometry.capacity()).isEqualTo(records);
        assertThat(Geometry.holding(records - 1)).isEqualTo(geometry);
        double buckets = geometry.buckets();
        assertThat(BinomialTail.log2Overflow(records, buckets, geometry.bucketSlots()))
            .isLessThan(-64);
        assertThat(BinomialTail.log2Overflow(records, buckets, geometry.bucketSlots() - Sieve.STEP))
            .isGreaterThanOrEqualTo(-64);
        if (records >= 1 << 20) {
          assertThat((double) geometry.bytes() / records).isLessThan(45);
        }
      }
    }
    for (long capacity : new long[] {1024, 1536, 1 << 14, 1 << 20, 3 << 22}) {
      Geometry geometry = Geometry.holding(capacity);
      for (int queries = BinPlan.MIN_QUERIES; queries <= LookupBatch.MAX_SIZE; queries *= 2) {
        for (BinPlan plan :
            new BinPlan[] {
              BinPlan.forLookup(queries, geometry, false),
              BinPlan.forLookup(queries, geometry, true),
              BinPlan.forUpdate(queries, geometry)
            }) {
          assertSmallest(plan, geometry);
          assertThat(plan.slots()).isGreaterThanOrEqualTo(queries);
          assertThat(plan.logBins()).isBetween(1, geometry.logBuckets());
        }
      }
    }
  }

  /** By the exact tails, which the plan's own bound is not below. */
  private static void assertSmallest(BinPlan plan, Geometry geometry) {
    double bins = bins(plan, plan.slotsPerBin());
    assertThat(bins(plan, plan.slotsPerBin() - BinPlan.SLOT_STEP))
        .isGreaterThanOrEqualTo(SafeSize.MAX_FAILURE);
    double failure = bins;
    if (plan.candidates() > 0) {
      failure += sieves(plan, geometry, plan.candidates());
      assertThat(bins + sieves(plan, geometry, plan.candidates() - Sieve.STEP))
          .isGreaterThanOrEqualTo(SafeSize.MAX_FAILURE);
    }
    assertThat(failure).isLessThan(SafeSize.MAX_FAILURE);
    assertThat(plan.failure()).isBetween(failure * (1 - 1e-9), SafeSize.MAX_FAILURE);
    assertThat(plan.failure()).isLessThanOrEqualTo(1.5 * failure);
  }

  private static double bins(BinPlan plan, int slots) {
    return Math.pow(2, BinomialTail.log2Overflow(plan.queries(), plan.bins(), slots));
  }

  private static double sieves(BinPlan plan, Geometry geometry, int candidates) {
    double set = (double) plan.slotsPerBin() / Sieve.FILTER_BITS;
    double above =
        BinomialTail.log2SumAbove(
            plan.queries(),
            1.0 / geometry.buckets(),
            geometry.bucketSlots(),
            plan.slotsPerBin() > 64 ? set * set * set : set * set,
            candidates);
    return geometry.buckets() * Math.pow(2, above);
  }

  @Test
  void aSumIsTheConvolutionOfItsParts() {
    // X of 12 trials at 1/4, Y of 9 at 1/3, counted out.
    double[] x = masses(12, 0.25);
    double[] y = masses(9, 1.0 / 3);
    for (int k = 0; k < 21; k++) {
      double above = 0;
      for (int i = 0; i < x.length; i++) {
        for (int j = Math.max(0, k + 1 - i); j < y.length; j++) {
          above += x[i] * y[j];
        }
      }
      assertThat(BinomialTail.log2SumAbove(12, 0.25, 9, 1.0 / 3, k))
          .isCloseTo(Math.log(above) / Math.log(2), within(1e-9));
    }
  }

  private static double[] masses(int n, double p) {
    double[] masses = new double[n + 1];
    masses[0] = 1;
    for (int trial = 0; trial < n; trial++) {
      for (int i = trial + 1; i >= 0; i--) {
        masses[i] = masses[i] * (1 - p) + (i > 0 ? masses[i - 1] * p : 0);
      }
    }
    return masses;
  }

  @Test
  void paddedSizesArePowersOfTwo() {
    assertThat(BinPlan.paddedSize(1)).isEqualTo(64);
    assertThat(BinPlan.paddedSize(64)).isEqualTo(64);
    assertThat(BinPlan.paddedSize(65)).isEqualTo(128);
    assertThat(BinPlan.paddedSize(4096)).isEqualTo(4096);
    assertThat(BinPlan.paddedSize(65_535)).isEqualTo(65_536);
    assertThat(BinPlan.paddedSize(65_536)).isEqualTo(65_536);
  }

  @Test
  void capacitiesGrowByAThirdOrAHalf() {
    assertThat(Geometry.holding(0).capacity()).isEqualTo(1024);
    assertThat(Geometry.holding(1024).capacity()).isEqualTo(1024);
    assertThat(Geometry.holding(1025).capacity()).isEqualTo(1536);
    assertThat(Geometry.holding(1536).capacity()).isEqualTo(1536);
    assertThat(Geometry.holding(1537).capacity()).isEqualTo(2048);
    assertThat(Geometry.holding(1_000_000).capacity()).isEqualTo(1 << 20);
    assertThat(Geometry.holding(10_000_000).capacity()).isEqualTo(3 << 22);
  }
}
