package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.blindbook.enclave.oblivious.Speck128;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The computed tails against what happens, with fewer slots than any table has, so that overflows
 * can be seen: in bins alone, in the routing of a batch, and in the buckets of a table. Keys are
 * those of an adversary who does not know the hash key: one number after the other.
 */
class OverflowSimulationTest {
  /** By chance one comparison in 100,000 is further off; seeds are fixed. */
  private static final double SIGMAS = 4.5;

  /**
   * The number of bins that overflow has exactly the computed tail as its mean; whether one is full
   * says little about the others, so its variance is at most its mean.
   */
  @ParameterizedTest
  @CsvSource({"512, 64, 16", "512, 64, 20", "4096, 128, 48", "4096, 283, 30", "1000, 13, 100"})
  void asManyBinsOverflowAsComputed(int balls, int bins, int slots) {
    SplittableRandom random = new SplittableRandom(6);
    int rounds = 40_000_000 / balls;
    double expected = rounds * Math.pow(2, BinomialTail.log2Overflow(balls, bins, slots));
    long overflows = 0;
    for (int round = 0; round < rounds; round++) {
      int[] load = new int[bins];
      for (int i = 0; i < balls; i++) {
        load[random.nextInt(bins)]++;
      }
      overflows += Arrays.stream(load).filter(n -> n > slots).count();
    }
    assertThat(expected).isGreaterThan(200);
    assertThat((double) overflows)
        .isBetween(
            expected - SIGMAS * Math.sqrt(expected), expected + SIGMAS * Math.sqrt(expected));
  }

  @ParameterizedTest
  @CsvSource({"256, 5, 16", "512, 6, 16", "1024, 5, 48"})
  void asManyBatchesStopAsComputed(int queries, int logBins, int slots) {
    BinPlan plan = new BinPlan(queries, logBins, slots, 0, 1);
    Kernels kernels = Seeded.VECTORS;
    Routing routing = new Routing(plan, Seeded.context(1, kernels, 0));
    SplittableRandom random = new SplittableRandom(2);
    int rounds = 20_000;
    int stops = 0;
    for (int round = 0; round < rounds; round++) {
      Speck128 cipher = new Speck128(random.longs(Speck128.KEY_WORDS).toArray());
      for (int i = 0; i < queries; i++) {
        routing.tagHi[PAD + i] = 0;
        routing.tagLo[PAD + i] = i;
      }
      kernels.layers().encrypt(cipher, routing.tagHi, routing.tagLo, PAD, PAD + queries);
      try {
        routing.sort();
        routing.toBins();
      } catch (Seeded.Stopped e) {
        stops++;
      }
    }
    assertFrequency(
        stops, rounds, Math.pow(2, BinomialTail.log2Overflow(queries, plan.bins(), slots)));
  }

  @ParameterizedTest
  @CsvSource({"1024, 4, 80", "1024, 3, 152", "2048, 2, 552"})
  void asManyTablesStopAsComputed(int records, int logBuckets, int bucketSlots) {
    Geometry geometry = new Geometry(records, logBuckets, bucketSlots);
    SplittableRandom random = new SplittableRandom(3);
    UpdateBatch batch = new UpdateBatch(records);
    Arrays.setAll(batch.keyLo, i -> i);
    Arrays.fill(batch.valueLo, 1);
    int rounds = 2500;
    int stops = 0;
    for (int round = 0; round < rounds; round++) {
      TableContext context = Seeded.context(random.nextLong(), Seeded.VECTORS, 0);
      UpdatePass pass = new UpdatePass(context, Buckets.create(geometry, context.random()));
      try {
        UpdatePass.Routed routed = pass.route(batch);
        while (routed.step()) {}
        assertThat(routed.records()).isEqualTo(records);
      } catch (Seeded.Stopped e) {
        stops++;
      }
    }
    double bound = BinomialTail.log2Overflow(records, geometry.buckets(), bucketSlots);
    assertFrequency(stops, rounds, Math.pow(2, bound));
  }

  /**
   * The union over bins counts a round twice when two bins overflow, which for bins that share
   * balls is at most as likely as for independent ones (Bonferroni's inequality from below).
   */
  private static void assertFrequency(int stops, int rounds, double union) {
    double most = rounds * union;
    double least = rounds * (union - union * union / 2);
    assertThat(stops).isGreaterThan(100);
    assertThat((double) stops)
        .isBetween(least - SIGMAS * Math.sqrt(least), most + SIGMAS * Math.sqrt(most));
  }
}
