package org.blindbook.auditor.trace.planted;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** Modular arithmetic and conversions that take one way for all numbers. */
final class SafeArithmetic {
  private static final int KEM_PRIME = 3329;

  /** 2^61 - 1. */
  private static final long PRIME = (1L << 61) - 1;

  /** Of {@link #PRIME}, negated, modulo 2^64. */
  private static final long NEGATIVE_INVERSE = negativeInverse(PRIME);

  private SafeArithmetic() {}

  private static long negativeInverse(long modulus) {
    long inverse = modulus;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - modulus * inverse;
    }
    return -inverse;
  }

  /** Barrett's reduction, as of ML-KEM: the quotient by a multiplication with a reciprocal. */
  @Safe
  static long barrett(long secret) {
    long x = secret * 1_000_003 & 0xFF_FFFF;
    long quotient = (x * ((1L << 36) / KEM_PRIME)) >>> 36;
    long rest = x - quotient * KEM_PRIME;
    long tooLarge = ~((rest - KEM_PRIME) >> 63);
    return rest - (KEM_PRIME & tooLarge);
  }

  private static long montgomery(long a, long b) {
    long low = a * b;
    long high = Math.unsignedMultiplyHigh(a, b);
    long factor = low * NEGATIVE_INVERSE;
    long carried = (low | -low) >>> 63; // low + factor * PRIME is zero modulo 2^64
    long result = high + Math.unsignedMultiplyHigh(factor, PRIME) + carried;
    return reduceOnce(result);
  }

  private static long reduceOnce(long x) {
    long rest = x - PRIME;
    return rest + (PRIME & (rest >> 63));
  }

  /** Montgomery, "Modular Multiplication Without Trial Division", 1985: times 2^-64. */
  @Safe
  static long montgomeryProduct(long secret) {
    return montgomery(reduceOnce(secret * 0x0123_4567_89AB_CDEFL >>> 3), secret);
  }

  /** Squares and multiplies in every step; the exponent's bit chooses by mask. */
  @Safe
  static long power(long secret) {
    long result = 8; // 2^64 modulo the prime: one, in Montgomery's form
    for (int bit = 7; bit >= 0; bit--) {
      result = montgomery(result, result);
      long product = montgomery(result, 24);
      long mask = -((secret >>> bit) & 1);
      result ^= mask & (result ^ product);
    }
    return result;
  }

  /** A sum of four limbs, with the carry by arithmetic. */
  @Safe
  static long longAddition(long secret) {
    long[] a = {-1, -1, secret, 4};
    long[] b = {secret, 0, -secret, 5};
    long carry = 0;
    for (int i = 0; i < a.length; i++) {
      long sum = a[i] + b[i];
      long over = (a[i] & b[i] | (a[i] | b[i]) & ~sum) >>> 63;
      a[i] = sum + carry;
      carry = over | ((sum & ~a[i]) >>> 63);
    }
    return a[0] ^ a[2] ^ a[3];
  }

  /** Division by shifting and subtracting: 64 steps whatever the numbers. */
  @Safe
  static long quotient(long secret) {
    long rest = 0;
    long quotient = 0;
    for (int bit = 31; bit >= 0; bit--) {
      rest = rest << 1 | 1_000_003L >>> bit & 1;
      long fits = ~((rest - secret) >> 63);
      rest -= secret & fits;
      quotient |= fits & 1L << bit;
    }
    return quotient;
  }

  @Safe
  static long conversions(long secret) {
    ByteBuffer big = ByteBuffer.allocate(24).putLong(secret).putInt((int) secret).putInt(7);
    big.put(16, (byte) secret).flip();
    ByteBuffer little = ByteBuffer.wrap(big.array()).order(ByteOrder.LITTLE_ENDIAN);
    LongBuffer longs = little.asLongBuffer();
    return longs.get() + big.getInt(8) + little.getLong(0) + (little.get(16) & 0xFF);
  }

  @Safe
  static long bytesByShifts(long secret) {
    byte[] bytes = new byte[8];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (secret >>> (56 - 8 * i));
    }
    long back = 0;
    for (byte b : bytes) {
      back = back << 8 | Byte.toUnsignedInt(b);
    }
    return Long.reverseBytes(back);
  }
}
