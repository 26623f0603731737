package org.blindbook.server.epochs;

import java.util.SortedSet;

/**
 * What the operator wants to be served.
 *
 * @param live every epoch that shall have enclaves; 0 alone in mode truncated
 * @param serving the one of clients that ask for no other
 */
public record EpochPlan(SortedSet<Integer> live, int serving) {
  /** What stands for an epoch in mode truncated, which has none; as in the claims. */
  public static final int NO_EPOCH = 0;

  public EpochPlan {
    if (!live.contains(serving)) {
      throw new IllegalArgumentException("the epoch that serves is live");
    }
  }
}
