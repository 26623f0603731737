package org.blindbook.protocol.message;

import java.util.Optional;

/**
 * How many contacts a request has room for. The class is all that a request's size tells: 300 and
 * 500 contacts travel in messages of the same length.
 */
public final class SizeClass {
  public static final int SMALLEST = 64;
  public static final int LARGEST = 32_768;

  private SizeClass() {}

  /** The smallest class that holds this many contacts; empty when there are too many. */
  public static Optional<Integer> holding(int contacts) {
    if (contacts < 0 || contacts > LARGEST) {
      return Optional.empty();
    }
    return Optional.of(Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, contacts * 2 - 1))));
  }

  public static boolean isSizeClass(int capacity) {
    return capacity >= SMALLEST && capacity <= LARGEST && Integer.bitCount(capacity) == 1;
  }
}
