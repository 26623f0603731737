package org.blindbook.auditor.trace.planted;

import static org.blindbook.auditor.trace.planted.Unseen.choose;

import java.util.function.LongUnaryOperator;

/** Leaks by which object, class or function is used. */
final class Objects {
  private static final Step ADD = new Step.Add(1);
  private static final Step ADD_TWO = new Step.Add(2);
  private static final Step FLIP = new Step.Flip(1);

  private Objects() {}

  @Leaks(by = "array read")
  static long arrayOfImplementations(long secret) {
    Step[] steps = {ADD, FLIP};
    return steps[(int) secret & 1].apply(5); // leak
  }

  @Leaks(by = "method entered")
  static long interfaceCall(long secret) {
    return choose(secret, ADD, FLIP).apply(5);
  }

  /** The same code runs, but the call reads the class of another object. */
  @Leaks(by = "method entered")
  static long sameClassOtherObject(long secret) {
    return choose(secret, ADD, ADD_TWO).apply(5);
  }

  @Leaks(by = "field read")
  static long fieldOfChosenObject(long secret) {
    return choose(secret, new Counter(), new Counter()).count; // leak
  }

  @Leaks(by = "field written")
  static void fieldOfChosenObjectWritten(long secret) {
    choose(secret, new Counter(), new Counter()).count = 1; // leak
  }

  @Leaks(by = "array length read")
  static long lengthOfChosenArray(long secret) {
    return choose(secret, new long[1], new long[1]).length; // leak
  }

  @Leaks(by = "array read")
  static long elementOfChosenArray(long secret) {
    return choose(secret, new long[1], new long[1])[0]; // leak
  }

  @Leaks(by = "dispatch")
  static long lambda(long secret) {
    LongUnaryOperator increment = x -> x + 1;
    LongUnaryOperator twice = x -> 2 * x;
    return choose(secret, increment, twice).applyAsLong(3); // leak
  }

  @Leaks(by = "branch")
  static boolean identity(long secret) {
    return choose(secret, ADD, ADD_TWO) == ADD; // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static int identityHash(long secret) {
    return System.identityHashCode(choose(secret, ADD, ADD_TWO)); // leak
  }

  @Leaks(by = "monitor")
  static long lock(long secret) {
    Object chosen = choose(secret, ADD, ADD_TWO);
    synchronized (chosen) { // leak
      return 1;
    }
  }

  @Leaks(by = "method entered")
  static void synchronizedMethod(long secret) {
    choose(secret, new Counter(), new Counter()).tick();
  }

  @Leaks(by = "type asked")
  static boolean typeTest(long secret) {
    return choose(secret, ADD, FLIP) instanceof Step.Add; // leak
  }

  @Leaks(by = "receiver of a call")
  static Class<?> typeOf(long secret) {
    return choose(secret, ADD, FLIP).getClass(); // leak
  }

  @Leaks(by = "exception caught")
  static int caughtType(long secret) {
    try {
      Unseen.fail(secret);
      return 0;
    } catch (RuntimeException e) { // leak
      return 1;
    }
  }
}
