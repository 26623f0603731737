package org.blindbook.loadtest.measurement;

import org.HdrHistogram.Histogram;

/**
 * Times in milliseconds.
 *
 * @param count of the events; without any all times are 0
 */
public record Quantiles(
    long count, double mean, double p50, double p90, double p99, double p999, double max) {

  static Quantiles of(Histogram micros) {
    return new Quantiles(
        micros.getTotalCount(),
        micros.getTotalCount() == 0 ? 0 : micros.getMean() / 1e3,
        millis(micros, 50),
        millis(micros, 90),
        millis(micros, 99),
        millis(micros, 99.9),
        micros.getMaxValue() / 1e3);
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1e3;
  }
}
