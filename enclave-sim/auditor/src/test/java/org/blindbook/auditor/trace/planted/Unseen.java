package org.blindbook.auditor.trace.planted;

import java.util.function.LongUnaryOperator;

/**
 * Not instrumented, and allowed by a rule: stands for a way to a secret choice that the trace
 * cannot see, so that a test finds out whether it sees the use of what was chosen.
 */
final class Unseen {
  private Unseen() {}

  private static boolean even(long secret) {
    return (secret & 1) == 0;
  }

  static Step choose(long secret, Step even, Step odd) {
    return even(secret) ? even : odd;
  }

  static Counter choose(long secret, Counter even, Counter odd) {
    return even(secret) ? even : odd;
  }

  static long[] choose(long secret, long[] even, long[] odd) {
    return even(secret) ? even : odd;
  }

  static LongUnaryOperator choose(long secret, LongUnaryOperator even, LongUnaryOperator odd) {
    return even(secret) ? even : odd;
  }

  static Long boxed(long secret) {
    return secret;
  }

  static void fail(long secret) {
    throw even(secret) ? new IllegalStateException("even") : new IllegalArgumentException("odd");
  }
}
