package org.blindbook.edge.message;

import java.util.Optional;
import org.blindbook.protocol.message.SizeClass;

/** Which {@link SizeClass} a number of contacts travels in. */
public final class SizeClasses {
  private SizeClasses() {}

  /** The smallest class that holds this many contacts; empty when there are too many. */
  public static Optional<Integer> holding(int contacts) {
    if (contacts < 0 || contacts > SizeClass.LARGEST) {
      return Optional.empty();
    }
    return Optional.of(
        Math.max(SizeClass.SMALLEST, Integer.highestOneBit(Math.max(1, contacts * 2 - 1))));
  }
}
