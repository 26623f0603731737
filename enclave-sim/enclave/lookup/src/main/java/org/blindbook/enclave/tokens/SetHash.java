package org.blindbook.enclave.tokens;

import java.nio.ByteBuffer;

/**
 * A short name for a set of contacts: how many there are, and the sum modulo 2^128 of a keyed
 * permutation of each (an additive multiset hash: Clarke et al., "Incremental Multiset Hash
 * Functions", ASIACRYPT 2003, section 5). It needs no order, so nothing has to be sorted, and no
 * fixed size, so a set keeps its name when it moves to another size class.
 *
 * <p>The value is secret and leaves the enclave only under a MAC.
 */
public final class SetHash {
  static final int BYTES = 24;

  private final long count;
  private final long hi;
  private final long lo;

  SetHash(long count, long hi, long lo) {
    this.count = count;
    this.hi = hi;
    this.lo = lo;
  }

  /**
   * The union of two sets that have no contact in common.
   *
   * @leaks nothing
   */
  SetHash plus(SetHash other) {
    long sum = lo + other.lo;
    return new SetHash(count + other.count, hi + other.hi + carry(lo, other.lo, sum), sum);
  }

  /**
   * 1 when {@code a + b} overflowed into {@code sum}, without a comparison.
   *
   * @leaks nothing
   */
  static long carry(long a, long b, long sum) {
    return ((a & b) | ((a | b) & ~sum)) >>> 63;
  }

  /**
   * How many contacts the set has.
   *
   * @leaks nothing
   */
  public long count() {
    return count;
  }

  /**
   * @leaks nothing
   */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(count).putLong(hi).putLong(lo).array();
  }

  @Override
  public String toString() {
    return "SetHash[redacted]";
  }
}
