package org.blindbook.enclave.table;

/**
 * The upper tail of the binomial distribution, summed term by term: what {@link SafeSize} bounds.
 */
final class BinomialTail {
  private static final double LN_2 = Math.log(2);

  private BinomialTail() {}

  /**
   * An upper bound, by the union over bins, on the base-2 logarithm of the probability that any of
   * {@code bins} equally likely bins receives more than {@code slots} of {@code balls} balls.
   *
   * <p>Balls here are distinct 128-bit tags under a permutation, drawn without replacement, so bins
   * fill a little more evenly than the binomial says (Hoeffding 1963, section 6): the bound holds.
   *
   * @return negative infinity when it cannot happen
   */
  static double log2Overflow(long balls, double bins, long slots) {
    return Math.log(bins) / LN_2 + log2Above(balls, 1 / bins, slots);
  }

  /** log2 of Pr[X > k] for X binomial with n trials of probability p. */
  static double log2Above(long n, double p, long k) {
    if (k >= n) {
      return Double.NEGATIVE_INFINITY;
    }
    long first = k + 1;
    // The first term C(n, first) p^first (1-p)^(n-first), in logarithms.
    double ln = first * Math.log(p) + (n - first) * Math.log1p(-p);
    for (long i = 0; i < first; i++) {
      ln += Math.log((double) (n - i) / (i + 1));
    }
    // The rest relative to it: each next term is the last one times (n-i)/(i+1) p/(1-p).
    double sum = 0;
    double term = 1;
    double odds = p / (1 - p);
    for (long i = first; i <= n; i++) {
      sum += term;
      term *= (double) (n - i) / (i + 1) * odds;
      if (i > n * p && term < 1e-18 * sum) {
        break;
      }
    }
    return (ln + Math.log(sum)) / LN_2;
  }

  /** log2 of Pr[X + Y > k] for X and Y independent, binomial as in {@link #log2Above}. */
  static double log2SumAbove(long nX, double pX, long nY, double pY, long k) {
    double sum = Math.exp(LN_2 * log2Above(nX, pX, k));
    double ln = nX * Math.log1p(-pX); // Pr[X = 0]
    for (long x = 0; x <= Math.min(k, nX); x++) {
      sum += Math.exp(ln + LN_2 * log2Above(nY, pY, k - x));
      ln += Math.log((double) (nX - x) / (x + 1) * pX / (1 - pX));
    }
    return Math.log(sum) / LN_2;
  }
}
