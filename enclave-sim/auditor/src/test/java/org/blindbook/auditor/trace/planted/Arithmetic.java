package org.blindbook.auditor.trace.planted;

/** Leaks by how long an instruction takes. */
final class Arithmetic {
  private Arithmetic() {}

  @Leaks(by = "division")
  static long quotient(long secret) {
    return 1_000_003 / (secret | 1); // leak
  }

  @Leaks(by = "division")
  static long remainder(long secret) {
    return secret % 7; // leak
  }

  @Leaks(by = "division")
  static int intRemainder(long secret) {
    return (int) secret % 7; // leak
  }

  @Leaks(by = "floating-point operand")
  static double product(long secret) {
    return secret * 0.5; // leak
  }

  @Leaks(by = "floating-point operand")
  static long rounding(long secret) {
    double number = secret;
    return (long) number; // leak
  }

  @Leaks(by = "comparison")
  static boolean order(long secret) {
    return secret < 10; // leak
  }
}
