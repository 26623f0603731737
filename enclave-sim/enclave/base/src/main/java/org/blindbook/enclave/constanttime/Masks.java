package org.blindbook.enclave.constanttime;

/**
 * The comparisons that code on secrets may use. A mask is all ones for true and zero for false.
 *
 * <p>Nothing here is a Java condition: HotSpot may compile {@code a < b ? x : y}, {@code &&} or
 * {@code Math.min} to a branch, and which it chooses depends on the data it has seen. Arithmetic
 * shifts, XOR and AND stay what they are under any profile.
 */
public final class Masks {
  private Masks() {}

  /**
   * All ones when {@code x} is not zero.
   *
   * @leaks nothing
   */
  public static long nonZero(long x) {
    return (x | -x) >> 63;
  }

  /**
   * All ones when {@code x} is zero.
   *
   * @leaks nothing
   */
  public static long isZero(long x) {
    return ~nonZero(x);
  }

  /**
   * All ones when {@code a} equals {@code b}.
   *
   * @leaks nothing
   */
  public static long equal(long a, long b) {
    return isZero(a ^ b);
  }

  /**
   * All ones when {@code a} is smaller than {@code b}, both unsigned: the borrow of a - b.
   *
   * @leaks nothing
   */
  public static long below(long a, long b) {
    return ((~a & b) | (~(a ^ b) & (a - b))) >> 63;
  }

  /**
   * All ones when bit {@code index} (public, 0 to 63) of {@code x} is set.
   *
   * @leaks the index
   */
  public static long bit(long x, int index) {
    return (x << (63 - index)) >> 63;
  }

  /**
   * {@code a} where the mask is set, {@code b} elsewhere.
   *
   * @leaks nothing
   */
  public static long select(long mask, long a, long b) {
    return b ^ (mask & (a ^ b));
  }
}
