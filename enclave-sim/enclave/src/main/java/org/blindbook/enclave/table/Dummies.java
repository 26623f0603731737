package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.RandomSource;

/**
 * Keys that nobody uses, to fill up batches: a fresh random number plus a counter. They need not
 * look random, only be distinct: the table's keyed permutation spreads them like any keys. One
 * meets a given key with probability 2<sup>-128</sup>.
 */
final class Dummies {
  private final RandomSource random;
  private final long[] base = new long[2];

  Dummies(RandomSource random) {
    this.random = random;
  }

  /**
   * New dummies for the next batch.
   *
   * @leaks nothing
   */
  void renew() {
    random.fill(base);
  }

  /**
   * @leaks nothing
   */
  long hi() {
    return base[0];
  }

  /**
   * @leaks the index
   */
  long lo(int index) {
    return base[1] + index;
  }
}
