package org.blindbook.auditor.trace.planted;

import static org.blindbook.auditor.trace.planted.Unseen.choose;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Leaks by a way through the code that no {@code if} announces. */
final class Detours {
  private static final long[] TABLE = new long[64];
  private static final int[] SHIFTS = {1, 3, 5, 7, 9, 11, 13, 15};
  private static final byte[] BITS = new byte[256];
  private static long sideEffect;

  private Detours() {}

  /** The exception's copy of {@code finally} runs, or the other. */
  @Leaks(by = "exception caught")
  static long throughFinally(long secret) {
    try {
      try {
        Unseen.failIfOdd(secret);
      } finally {
        sideEffect++; // leak
      }
    } catch (IllegalStateException e) {
      return 1;
    }
    return 0;
  }

  @Leaks(by = "array read")
  static long nullInsteadOfBranch(long secret) {
    Step[] steps = {new Step.Add(1), null};
    try {
      return steps[(int) secret & 1].apply(3); // leak
    } catch (NullPointerException e) {
      return 0;
    }
  }

  @Leaks(by = "array allocated")
  static long negativeSize(long secret) {
    try {
      return new byte[-((int) secret & 1)].length; // leak
    } catch (NegativeArraySizeException e) {
      return 1;
    }
  }

  @Leaks(by = "type asked")
  static long castInsteadOfBranch(long secret) {
    try {
      Step.Add add = (Step.Add) choose(secret, new Step.Add(1), new Step.Flip(1)); // leak
      return add.n();
    } catch (ClassCastException e) {
      return 0;
    }
  }

  @Leaks(by = "array read")
  static long shiftByTable(long secret) {
    return 1L << SHIFTS[(int) secret & 7]; // leak
  }

  @Leaks(by = "array read")
  static int bitCountByTable(long secret) {
    return BITS[(int) (secret & 255)]; // leak
  }

  @Leaks(by = "comparison")
  static long maskedLoopBound(long secret) {
    long mask = -(secret & 1);
    long sum = 0;
    for (long i = 0; i < (8 & mask); i++) { // leak
      sum += i;
    }
    return sum;
  }

  @Leaks(by = "branch")
  static long breakBeforeTheEnd(long secret) {
    long sum = 0;
    for (int i = 0; i < 8; i++) {
      int rest = (int) secret - i;
      if (rest == 9) { // leak
        break;
      }
      sum += rest;
    }
    return sum;
  }

  @Leaks(by = "comparison")
  static boolean exclusiveOr(long secret) {
    boolean odd = (secret & 1) == 1; // leak
    return odd ^ (secret > 10);
  }

  @Leaks(by = "argument 2 of a call")
  static byte[] prefix(long secret) {
    return Arrays.copyOf(BITS, (int) secret); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static byte[] allocatedBuffer(long secret) {
    return ByteBuffer.allocate((int) secret).array(); // leak
  }

  @Leaks(by = "receiver of a call")
  static long limitOfBuffer(long secret) {
    ByteBuffer buffer = Unseen.buffer(secret);
    return buffer.getLong(); // leak
  }

  @Leaks(by = "branch")
  static long optional(long secret) {
    int bit = (int) secret & 1;
    Optional<long[]> found = Optional.ofNullable(bit == 0 ? null : TABLE); // leak
    return found.map(t -> t[0]).orElse(1L);
  }

  /** Two lambdas of one line: which was made is seen when one is called. */
  @Leaks(by = "dispatch")
  static long supplier(long secret) {
    LongSupplier[] suppliers = {() -> 1, () -> 2};
    return Unseen.choose(secret, suppliers[0], suppliers[1]).getAsLong(); // leak
  }

  @Leaks(by = "array length read")
  static long lengthOfArgument(long secret) {
    return sum(Unseen.choose(secret, TABLE, new long[64]));
  }

  private static long sum(long... numbers) {
    long sum = 0;
    for (long number : numbers) { // leak of lengthOfArgument
      sum += number;
    }
    return sum;
  }
}
