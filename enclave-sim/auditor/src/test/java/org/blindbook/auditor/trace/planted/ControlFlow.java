package org.blindbook.auditor.trace.planted;

/** Leaks by which instruction comes next. */
final class ControlFlow {
  private static final long[] TABLE = table();

  private enum Color {
    RED,
    GREEN
  }

  private ControlFlow() {}

  private static long[] table() {
    long[] table = new long[64];
    for (int i = 0; i < table.length; i++) {
      table[i] = 3L * i;
    }
    return table;
  }

  @Leaks(by = "comparison")
  static long earlyExit(long secret) {
    for (int i = 0; i < TABLE.length; i++) {
      if (TABLE[i] == secret) { // leak
        return i;
      }
    }
    return -1;
  }

  @Leaks(by = "branch")
  static long branch(long secret) {
    int bit = (int) secret & 1;
    if (bit != 0) { // leak
      return 5;
    }
    return 0;
  }

  @Leaks(by = "branch")
  static long loopBound(long secret) {
    long sum = 0;
    int bound = (int) secret & 7;
    for (int i = 0; i < bound; i++) { // leak
      sum += i;
    }
    return sum;
  }

  @Leaks(by = "branch")
  static boolean shortCircuit(long secret) {
    boolean first = ((int) secret & 1) == ((int) secret >> 1 & 1); // leak
    return first && secret > 0;
  }

  @Leaks(by = "branch")
  static long conjunction(long secret) {
    int mask = (int) -(secret & 1);
    return (mask & 1) > 0 && TABLE.length > 3 ? 1 : 0; // leak
  }

  @Leaks(by = "branch")
  static int ternary(long secret) {
    int low = (int) secret;
    return low > 10 ? 3 : 4; // leak
  }

  @Leaks(by = "branch")
  static int conditionAsNumber(long secret) {
    int low = (int) secret;
    return low == 9 ? 1 : 0; // leak
  }

  @Leaks(by = "comparison")
  static long exceptionOnMiss(long secret) {
    try {
      return find(secret);
    } catch (IllegalStateException e) {
      return -1;
    }
  }

  private static long find(long secret) {
    for (int i = 0; i < TABLE.length; i++) {
      if (TABLE[i] == secret) { // leak of exceptionOnMiss
        return i;
      }
    }
    throw new IllegalStateException("no such element");
  }

  @Leaks(by = "division")
  static long divideByZero(long secret) {
    try {
      return 10 / (secret - 9); // leak
    } catch (ArithmeticException e) {
      return 0;
    }
  }

  @Leaks(by = "array read")
  static long indexOutOfBounds(long secret) {
    try {
      return TABLE[(int) secret + 54]; // leak
    } catch (ArrayIndexOutOfBoundsException e) {
      return 0;
    }
  }

  @Leaks(by = "switch")
  static int denseSwitch(long secret) {
    return switch ((int) secret & 3) { // leak
      case 0 -> 10;
      case 1 -> 11;
      case 2 -> 12;
      default -> 13;
    };
  }

  /** No case is ever hit, but the search among them goes another way. */
  @Leaks(by = "switch")
  static int sparseSwitch(long secret) {
    return switch ((int) secret * 100) { // leak
      case 1000 -> 1;
      case 100_000 -> 2;
      case 10_000_000 -> 3;
      default -> 0;
    };
  }

  @Leaks(by = "branch")
  static int stringSwitch(long secret) {
    int bit = (int) secret & 1;
    String word = bit == 0 ? "even" : "odd"; // leak
    return switch (word) {
      case "even" -> 1;
      case "odd" -> 2;
      default -> 3;
    };
  }

  @Leaks(by = "array read")
  static int enumSwitch(long secret) {
    Color color = Color.values()[(int) secret & 1]; // leak
    return switch (color) {
      case RED -> 1;
      case GREEN -> 2;
    };
  }

  @Leaks(by = "branch")
  static long recursion(long secret) {
    return descend((int) secret);
  }

  private static long descend(int depth) {
    return depth == 0 ? 0 : 1 + descend(depth - 1); // leak of recursion
  }

  /** Far behind the first checkpoints. */
  @Leaks(by = "branch")
  static long late(long secret) {
    long sum = 0;
    int bit = (int) secret & 1;
    for (int i = 0; i < 30_000; i++) {
      sum += TABLE[i & 63];
      if (i >= 20_000 && bit == 0) { // leak
        sum++;
      }
    }
    return sum;
  }
}
