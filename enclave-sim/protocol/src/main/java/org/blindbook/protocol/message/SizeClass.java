package org.blindbook.protocol.message;

/**
 * How many contacts a request has room for. The class is all that a request's size tells: 300 and
 * 500 contacts travel in messages of the same length.
 */
public final class SizeClass {
  public static final int SMALLEST = 64;
  public static final int LARGEST = 32_768;

  private SizeClass() {}

  /** Whether it is a power of two from {@value #SMALLEST} to {@value #LARGEST}. */
  public static boolean isSizeClass(int capacity) {
    return capacity >= SMALLEST && capacity <= LARGEST && Integer.bitCount(capacity) == 1;
  }
}
