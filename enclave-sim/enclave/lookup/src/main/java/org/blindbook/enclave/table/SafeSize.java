package org.blindbook.enclave.table;

/**
 * A fixed size that a random load stays within, but for a bounded probability. Every such size of a
 * table is found here, from public numbers.
 *
 * @param size the largest load that there is room for
 * @param failure bound on the probability that it is exceeded
 */
record SafeSize(int size, double failure) {
  /** At most this probability that any batch or build does not fit. */
  static final double MAX_FAILURE = 0x1p-64;

  /**
   * A binomial distribution.
   *
   * @param n trials
   * @param p probability of each, below 1
   */
  record Binomial(long n, double p) {}

  /**
   * The smallest safe size of each of {@code bins} that a number of balls is thrown into.
   *
   * @leaks nothing: works on public sizes only
   */
  static SafeSize ofBins(int bins, long balls, int step) {
    return smallest(new Binomial(balls, 1.0 / bins), new Binomial(0, 0), bins, step, MAX_FAILURE);
  }

  /**
   * The smallest multiple of {@code step} that is safe for {@code places} loads at once, each the
   * sum of X and Y. Bounded by the union over the places, and above a load by a geometric series:
   * the ratio of each probability to the one before it falls from load to load.
   *
   * <p>That ratio follows from the last one, by the derivative of the generating function
   * (1-p+pz)<sup>n</sup> (1-q+qz)<sup>m</sup>; {@code docs/oblivious-table.md} has it.
   *
   * @leaks nothing: works on public sizes only
   */
  static SafeSize smallest(Binomial x, Binomial y, long places, int step, double maxFailure) {
    double a = x.p / (1 - x.p);
    double b = y.p / (1 - y.p);
    double ln = Math.log(places) + x.n * Math.log1p(-x.p) + y.n * Math.log1p(-y.p); // no load
    double last = Double.POSITIVE_INFINITY;
    for (int load = 0; ; load++) {
      double both = a * b * (x.n + y.n + 1 - load) / last;
      double ratio = (x.n * a + y.n * b - load * (a + b) + both) / (load + 1);
      double failure = ratio < 1 ? Math.exp(ln) * ratio / (1 - ratio) : 1;
      if (load % step == 0 && failure < maxFailure) {
        return new SafeSize(load, failure);
      }
      ln += Math.log(ratio);
      last = ratio;
    }
  }
}
