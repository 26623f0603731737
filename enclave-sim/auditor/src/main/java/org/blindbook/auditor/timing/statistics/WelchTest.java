package org.blindbook.auditor.timing.statistics;

import java.util.Arrays;

/**
 * Welch's t-test of two classes of measurements, as in dudect (Reparaz, Balasch, Verbauwhede,
 * "Dude, is my code constant time?", DATE 2017): on all measurements, and again on those below each
 * of ten thresholds, because interrupts make a long upper tail that hides small differences. The
 * thresholds are quantiles of both classes together, so cropping does not favour one. The largest
 * |t| counts.
 */
public final class WelchTest {
  /** Above this |t| the classes differ: by chance one test in 150,000. */
  public static final double LIMIT = 4.5;

  /** What a planted leak must at least reach, so that a quiet result means something. */
  public static final double SEEN = 10;

  private static final int THRESHOLDS = 10;
  private static final int FEWEST = 100;

  private WelchTest() {}

  /**
   * The test with the largest |t|.
   *
   * @param below the share of measurements that were kept, 1 for all
   * @param t the statistic; positive when the first class took longer
   * @param means of both classes over all measurements, in nanoseconds
   * @param resolution standard error of the difference in the sharpest of the tests, in nanoseconds
   */
  public record Outcome(double t, double below, double[] means, double resolution) {}

  /**
   * @param second for each measurement, whether it is of the second class
   */
  public static Outcome test(long[] nanos, boolean[] second) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    Moments all = Moments.of(nanos, second, Long.MAX_VALUE);
    double largest = all.t();
    double below = 1;
    double resolution = all.error();
    double share = 0.5;
    for (int k = 0; k < THRESHOLDS; k++) {
      double kept = 1 - share;
      Moments cropped = Moments.of(nanos, second, sorted[(int) (kept * (sorted.length - 1))]);
      if (cropped.count[0] >= FEWEST && cropped.count[1] >= FEWEST && cropped.error() > 0) {
        if (Math.abs(cropped.t()) > Math.abs(largest)) {
          largest = cropped.t();
          below = kept;
        }
        resolution = Math.min(resolution, cropped.error());
      }
      share /= 2;
    }
    return new Outcome(largest, below, all.mean, resolution);
  }

  /** Count, mean and sum of squared deviations of both classes, by Welford's recurrence. */
  private static final class Moments {
    final long[] count = new long[2];
    final double[] mean = new double[2];
    final double[] squares = new double[2];

    static Moments of(long[] nanos, boolean[] second, long limit) {
      Moments moments = new Moments();
      for (int i = 0; i < nanos.length; i++) {
        if (nanos[i] <= limit) {
          moments.add(second[i] ? 1 : 0, nanos[i]);
        }
      }
      return moments;
    }

    private void add(int c, double x) {
      count[c]++;
      double delta = x - mean[c];
      mean[c] += delta / count[c];
      squares[c] += delta * (x - mean[c]);
    }

    private double variance(int c) {
      return squares[c] / (count[c] - 1);
    }

    double error() {
      return Math.sqrt(variance(0) / count[0] + variance(1) / count[1]);
    }

    double t() {
      return (mean[0] - mean[1]) / error();
    }
  }
}
