package org.blindbook.server.epochs;

import java.util.SortedSet;

/**
 * What the operator wants to be served.
 *
 * @param live every epoch that shall have an enclave; 0 alone in mode truncated
 * @param serving the one of clients that ask for no other
 */
public record EpochPlan(SortedSet<Integer> live, int serving) {
  public EpochPlan {
    if (!live.contains(serving)) {
      throw new IllegalArgumentException("the epoch that serves is live");
    }
  }
}
