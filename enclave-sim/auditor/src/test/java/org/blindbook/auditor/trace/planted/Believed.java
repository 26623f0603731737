package org.blindbook.auditor.trace.planted;

/** Instrumented like the rest, and believed by a rule: what runs inside is not compared. */
final class Believed {
  private Believed() {}

  static long vartime(long number) {
    return (number & 1) == 0 ? number : new long[] {number, -number}[(int) number & 1];
  }

  static long fail(long number) {
    throw new IllegalStateException("even: " + ((number & 1) == 0));
  }
}
