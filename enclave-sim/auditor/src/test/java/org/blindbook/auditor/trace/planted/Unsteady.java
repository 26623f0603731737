package org.blindbook.auditor.trace.planted;

/** Does something else every time, whatever the secret. */
final class Unsteady {
  private static final long[] TABLE = new long[64];
  private static int calls;

  private Unsteady() {}

  static long countsItsCalls(long secret) {
    return TABLE[calls++ & 63] + secret;
  }
}
