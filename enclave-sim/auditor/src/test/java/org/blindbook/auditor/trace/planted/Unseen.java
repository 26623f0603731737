package org.blindbook.auditor.trace.planted;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
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

  static LongSupplier choose(long secret, LongSupplier even, LongSupplier odd) {
    return even(secret) ? even : odd;
  }

  static CompletableFuture<Object> choose(
      long secret, CompletableFuture<Object> even, CompletableFuture<Object> odd) {
    return even(secret) ? even : odd;
  }

  /** Its limit is the secret. */
  static ByteBuffer buffer(long secret) {
    return ByteBuffer.allocate(64).limit((int) secret);
  }

  static Long boxed(long secret) {
    return secret;
  }

  static String text(long secret) {
    return "number " + secret;
  }

  /** The number of its bytes is the secret. */
  static byte[] bytes(long secret) {
    return new byte[(int) secret];
  }

  static void fail(long secret) {
    throw even(secret) ? new IllegalStateException("even") : new IllegalArgumentException("odd");
  }

  static void failIfOdd(long secret) {
    if (!even(secret)) {
      throw new IllegalStateException("odd");
    }
  }
}
