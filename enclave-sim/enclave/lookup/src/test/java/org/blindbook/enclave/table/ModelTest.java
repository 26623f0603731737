package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random interleavings of everything a table does, against a {@link java.util.HashMap}. A long run,
 * with another seed, and how to repeat one:
 *
 * <pre>
 * mvn -q verify -pl enclave-sim/enclave -am -Dtest=ModelTest \
 *   -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dblindbook.test.operations=10000000 -Dblindbook.test.seed=1
 * </pre>
 */
class ModelTest {
  private static final int IN_THE_BUILD = 1_200_000;

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.PLAIN, Seeded.VECTORS);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void behavesAsAMap(Kernels kernels) throws Exception {
    long seed = Long.getLong("blindbook.test.seed", 7);
    long operations = Long.getLong("blindbook.test.operations", IN_THE_BUILD);
    SplittableRandom seeds = new SplittableRandom(seed);
    TableModel.Tally tally = new TableModel.Tally();
    long start = System.nanoTime();
    while (tally.operations < operations) {
      String seedText = "-Dblindbook.test.seed=" + seed + ", table " + tally.episodes;
      new TableModel(seeds.nextLong(), kernels, tally, seedText).run(operations - tally.operations);
    }
    System.out.printf(
        "Model, %s kernels, seed %d: %s, %.1f s%n",
        kernels.name(), seed, tally, (System.nanoTime() - start) / 1e9);
    assertThat(tally.growths).isGreaterThan(3);
    assertThat(tally.restores).isGreaterThan(3);
    assertThat(tally.refusals).isPositive();
    assertThat(tally.hits).isBetween(tally.lookups / 10, tally.lookups);
  }
}
