package org.blindbook.auditor.timing.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WelchTestTest {
  private static final int COUNT = 100_000;

  private static WelchTest.Outcome test(double extra, double tail) {
    Random random = new Random(5);
    long[] nanos = new long[COUNT];
    boolean[] second = new boolean[COUNT];
    for (int i = 0; i < COUNT; i++) {
      second[i] = random.nextBoolean();
      double noise = 1000 * random.nextGaussian();
      double interrupted = random.nextInt(100) == 0 ? tail * random.nextDouble() : 0;
      nanos[i] = Math.round(50_000 + noise + interrupted + (second[i] ? extra : 0));
    }
    return WelchTest.test(nanos, second);
  }

  @Test
  void agreesWithTheFormulaOfWelch() {
    // By hand: means 2 and 5, variances 1 and 4, three each: t = -3 / sqrt(1/3 + 4/3).
    WelchTest.Outcome outcome =
        WelchTest.test(
            new long[] {1, 2, 3, 3, 5, 7}, new boolean[] {false, false, false, true, true, true});

    assertThat(outcome.t()).isCloseTo(-3 / Math.sqrt(5 / 3.0), within(1e-12));
  }

  @Test
  void findsNothingBetweenEqualClasses() {
    assertThat(Math.abs(test(0, 1e7).t())).isLessThan(4.5);
  }

  @Test
  void seesASmallDifferenceBehindALongTail() {
    WelchTest.Outcome outcome = test(100, 1e7);

    assertThat(outcome.t()).isLessThan(-10);
    assertThat(outcome.below()).isLessThan(1);
  }

  @Test
  void resolvesWhatItSaysItResolves() {
    double resolution = test(0, 1e7).resolution();

    assertThat(Math.abs(test(9 * resolution, 1e7).t())).isGreaterThan(4.5);
  }
}
