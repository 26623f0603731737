package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Random;

/** Code that leaks on purpose: a check that does not see these sees nothing. */
final class PlantedLeaks {
  private static final int ELEMENTS = 64;

  /** What the planted code computes, so that it is not optimised away. */
  static long result;

  private static final long[] COPY = new long[ELEMENTS];

  private PlantedLeaks() {}

  static List<Subject> all() throws ReflectiveOperationException {
    return List.of(
        leak("planted: early exit", "earlyExit", List.of("found at 40", "found at 3")),
        leak("planted: secret index", "secretIndex", List.of("index 40", "index 3")),
        leak("planted: length of a copy", "copy", List.of("3 elements", "2 elements")),
        leak("planted: branch by profile", "branch", List.of("never below", "sometimes below")));
  }

  private static Subject leak(String name, String method, List<String> inputs)
      throws ReflectiveOperationException {
    long[] x = new long[ELEMENTS];
    long[] secret = new long[1];
    MethodHandle handle =
        MethodHandles.lookup()
            .findStatic(
                PlantedLeaks.class,
                method,
                MethodType.methodType(void.class, long[].class, long[].class));
    return Subject.planted(
        name,
        inputs,
        input -> {
          Random random = new Random(7);
          for (int i = 0; i < ELEMENTS; i++) {
            x[i] = random.nextLong() & Long.MAX_VALUE;
          }
          secret[0] =
              switch (method) {
                case "earlyExit" -> x[input == 0 ? 40 : 3];
                case "secretIndex" -> input == 0 ? 40 : 3;
                case "copy" -> input == 0 ? 3 : 2;
                default -> input == 0 ? -1 : x[20];
              };
        },
        List.of(MethodHandles.insertArguments(handle, 0, x, secret)));
  }

  /** A comparison that stops when it has found something. */
  static void earlyExit(long[] x, long[] secret) {
    long found = -1;
    for (int i = 0; i < x.length; i++) {
      if (x[i] == secret[0]) {
        found = i;
        break;
      }
    }
    result += found;
  }

  /** A table lookup by a secret. */
  static void secretIndex(long[] x, long[] secret) {
    result += x[(int) secret[0] & (x.length - 1)];
  }

  /** With AVX-512 the end of a copy is one store, and how long it is stands in a mask register. */
  static void copy(long[] x, long[] secret) {
    System.arraycopy(x, 0, COPY, 0, (int) secret[0]);
    result += COPY[0];
  }

  /** A selection that is a conditional move or a jump, as the profile has it. */
  static void branch(long[] x, long[] secret) {
    long sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] < secret[0] ? x[i] * 3 : i;
    }
    result += sum;
  }
}
