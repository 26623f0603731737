package org.blindbook.auditor.trace.planted;

/** One of several implementations, for {@link Objects}. */
interface Step {
  long apply(long x);

  /** Adds. */
  record Add(long n) implements Step {
    @Override
    public long apply(long x) {
      return x + n;
    }
  }

  /** Flips bits. */
  record Flip(long n) implements Step {
    @Override
    public long apply(long x) {
      return x ^ n;
    }
  }
}
