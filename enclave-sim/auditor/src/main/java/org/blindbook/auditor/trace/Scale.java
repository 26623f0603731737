package org.blindbook.auditor.trace;

import java.util.List;

/** How large the inputs are. */
public enum Scale {
  /** The smallest table and the smallest size class: seconds. */
  QUICK(64, 300, List.of(128, 256)),

  /** A table of several buckets and a larger size class: minutes. */
  FULL(512, 3000, List.of(1024, 4096));

  private final int sizeClass;
  private final int registered;
  private final List<Integer> largerClasses;

  Scale(int sizeClass, int registered, List<Integer> largerClasses) {
    this.sizeClass = sizeClass;
    this.registered = registered;
    this.largerClasses = largerClasses;
  }

  /** Contacts a request has room for. */
  public int sizeClass() {
    return sizeClass;
  }

  /** Larger ones, of which only some families have inputs: the rest would take hours. */
  public List<Integer> largerClasses() {
    return largerClasses;
  }

  /** Records in the table. */
  public int registered() {
    return registered;
  }
}
