package org.blindbook.auditor.trace.planted;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** Code on secrets as it should be, and public work of every kind beside it. */
final class SafeCode {
  private static final long[] TABLE = {3, 9, 12, 13, 8, 1, 7, 5};

  private SafeCode() {}

  private static long nonZero(long x) {
    return (x | -x) >> 63;
  }

  @Safe
  static long maskedSelect(long secret) {
    long mask = ~nonZero(secret ^ 9);
    return (3 & mask) | (4 & ~mask);
  }

  @Safe
  static long shiftsAndRotations(long secret) {
    return (1L << secret) + (secret >>> secret) + Long.rotateLeft(secret, (int) secret);
  }

  @Safe
  static long multiplications(long secret) {
    return secret * secret + Math.unsignedMultiplyHigh(secret, -secret);
  }

  @Safe
  static long wholeScan(long secret) {
    long found = 0;
    for (int i = 0; i < TABLE.length; i++) {
      found |= i & ~nonZero(TABLE[i] ^ secret);
    }
    return found;
  }

  @Safe
  static long fixedNetwork(long secret) {
    long[] numbers = TABLE.clone();
    numbers[3] = secret;
    for (int stride = 4; stride > 0; stride >>= 1) {
      for (int i = 0; i + stride < numbers.length; i++) {
        long a = numbers[i];
        long b = numbers[i + stride];
        long swap = (b - a) >> 63 & (a ^ b);
        numbers[i] = a ^ swap;
        numbers[i + stride] = b ^ swap;
      }
    }
    Arrays.fill(numbers, secret);
    return numbers[0];
  }

  @Safe
  static long lambdaOnSecret(long secret) {
    LongUnaryOperator increment = x -> x + 1;
    return increment.applyAsLong(secret);
  }

  @Safe
  static long publicBranchesAndCalls(long secret) {
    Map<Object, Object> map = new HashMap<>();
    map.put("a", TABLE);
    long sum = secret;
    for (int i = 0; i < Math.min(TABLE.length, 5); i++) {
      sum += TABLE[i] * (i % 3);
    }
    return map.get("a") == null ? 0 : sum;
  }

  /** A rule believes it, whatever it does with the secret. */
  @Safe
  static long aBelievedCall(long secret) {
    return Believed.vartime(secret);
  }

  /** Under trace the clock stands still. */
  @Safe
  static long theClock(long secret) {
    return System.nanoTime() % 2 == 0 ? secret : -secret;
  }

  @Safe
  static long publicText(long secret) {
    String text = "length " + TABLE.length;
    return switch (text) {
      case "length 8" -> secret;
      default -> throw new IllegalStateException(text);
    };
  }
}
