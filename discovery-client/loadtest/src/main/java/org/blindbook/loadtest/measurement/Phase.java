package org.blindbook.loadtest.measurement;

/**
 * A part of the schedule, and what happened in its time.
 *
 * @param from seconds since the beginning
 * @param to where the next one begins
 * @param answers from arrival to right answer
 * @param attempts of the attempts that were answered rightly
 */
public record Phase(int from, int to, Counts counts, Quantiles answers, Quantiles attempts) {
  /** Arrivals a second. */
  public double offered() {
    return (double) counts.offered() / (to - from);
  }

  /** Right answers a second. */
  public double goodput() {
    return (double) counts.right() / (to - from);
  }
}
