package org.blindbook.auditor.trace;

/** How large the inputs are. */
public enum Scale {
  /** The smallest table and the smallest size class: seconds. */
  QUICK(64, 300),

  /** A table of several buckets and a larger size class: minutes. */
  FULL(512, 3000);

  private final int sizeClass;
  private final int registered;

  Scale(int sizeClass, int registered) {
    this.sizeClass = sizeClass;
    this.registered = registered;
  }

  /** Contacts a request has room for. */
  public int sizeClass() {
    return sizeClass;
  }

  /** Records in the table. */
  public int registered() {
    return registered;
  }
}
