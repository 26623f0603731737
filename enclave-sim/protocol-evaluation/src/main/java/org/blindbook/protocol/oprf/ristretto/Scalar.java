package org.blindbook.protocol.oprf.ristretto;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * A number modulo the order of the group, l = 2^252 + 27742317777372353535851937790883648493 (RFC
 * 9496, section 4.4). Nine limbs of 29 bits, always below l; products by Montgomery's method with R
 * = 2^261. Immutable until wiped.
 */
public final class Scalar {
  public static final int BYTES = 32;

  /** Bytes that {@link #reduce} takes. */
  public static final int WIDE_BYTES = 64;

  /** Signed digits to the base 16. */
  static final int DIGITS = 64;

  private static final int LIMBS = 9;
  private static final int LIMB_BITS = 29;
  private static final int LIMB = (1 << LIMB_BITS) - 1;

  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger R = BigInteger.TWO.pow(LIMBS * LIMB_BITS);
  private static final int[] L = constant(ORDER);
  private static final int[] R_MOD_L = constant(R.mod(ORDER));
  private static final int[] R_SQUARED = constant(R.multiply(R).mod(ORDER));

  /** -1/l modulo 2^29. */
  private static final int L_INVERSE =
      ORDER.modInverse(BigInteger.TWO.pow(LIMB_BITS)).negate().intValue() & LIMB;

  /** 1/2. */
  private static final Scalar HALF = new Scalar(constant(ORDER.add(BigInteger.ONE).shiftRight(1)));

  private final int[] limbs;

  private Scalar(int[] limbs) {
    this.limbs = limbs;
  }

  private static int[] constant(BigInteger value) {
    int[] limbs = new int[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] = value.shiftRight(i * LIMB_BITS).intValue() & LIMB;
    }
    return limbs;
  }

  /**
   * Reads 32 bytes, little-endian.
   *
   * @return nothing when the number is not below l
   * @leaks whether it is
   */
  public static Optional<Scalar> decode(byte[] bytes, int at) {
    byte[] number = Arrays.copyOfRange(bytes, at, at + BYTES);
    int[] limbs = unpack(number, 0);
    Arrays.fill(number, (byte) 0);
    return below(limbs) == 0 ? Optional.empty() : Optional.of(new Scalar(limbs));
  }

  /**
   * The number in 64 bytes, little-endian, modulo l.
   *
   * @leaks nothing
   */
  public static Scalar reduce(byte[] wide) {
    // low + high·R
    int[] low = montgomery(unpack(wide, 0), R_MOD_L);
    int[] high = montgomery(unpack(wide, LIMBS * LIMB_BITS), R_SQUARED);
    return new Scalar(low).plus(new Scalar(high));
  }

  /**
   * A uniform scalar other than zero.
   *
   * @leaks nothing: a zero, which would draw again, has probability 2^-252
   */
  public static Scalar random(SecureRandom random) {
    byte[] wide = new byte[WIDE_BYTES];
    Scalar scalar;
    do {
      random.nextBytes(wide);
      scalar = reduce(wide);
    } while (scalar.isZero());
    Arrays.fill(wide, (byte) 0);
    return scalar;
  }

  /**
   * Whether this is zero.
   *
   * @leaks the answer
   */
  public boolean isZero() {
    int or = 0;
    for (int limb : limbs) {
      or |= limb;
    }
    return or == 0;
  }

  /**
   * this + that.
   *
   * @leaks nothing
   */
  Scalar plus(Scalar that) {
    long[] sum = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      sum[i] = (long) limbs[i] + that.limbs[i];
    }
    return new Scalar(carryAndSubtractOnce(sum));
  }

  /**
   * this - that.
   *
   * @leaks nothing
   */
  public Scalar minus(Scalar that) {
    long[] difference = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      difference[i] = (long) limbs[i] - that.limbs[i] + L[i];
    }
    return new Scalar(carryAndSubtractOnce(difference));
  }

  /**
   * this · that.
   *
   * @leaks nothing
   */
  public Scalar times(Scalar that) {
    return new Scalar(montgomery(montgomery(limbs, that.limbs), R_SQUARED));
  }

  /**
   * The scalar whose double this is.
   *
   * @leaks nothing
   */
  public Scalar half() {
    return times(HALF);
  }

  /**
   * A new array of 32 bytes, little-endian.
   *
   * @leaks nothing
   */
  public byte[] encode() {
    byte[] bytes = new byte[BYTES];
    long word = 0;
    int bits = 0;
    int limb = 0;
    for (int i = 0; i < BYTES; i++) {
      if (bits < 8 && limb < LIMBS) { // public: where a limb begins
        word |= (long) limbs[limb++] << bits;
        bits += LIMB_BITS;
      }
      bytes[i] = (byte) word;
      word >>>= 8;
      bits -= 8;
    }
    return bytes;
  }

  /**
   * Overwrites the number.
   *
   * @leaks nothing
   */
  public void wipe() {
    Arrays.fill(limbs, 0);
  }

  /**
   * The digits of this number to the base 16, from -8 to 8, lowest first.
   *
   * @leaks nothing
   */
  void signedDigits(byte[] digits) {
    byte[] bytes = encode();
    int carry = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = ((bytes[i >>> 1] >>> (4 * (i & 1))) & 15) + carry;
      carry = (digit + 8) >> 4;
      digits[i] = (byte) (digit - (carry << 4));
    }
    Arrays.fill(bytes, (byte) 0);
  }

  /** 29 bits to a limb from a bit of a little-endian number on; zeros beyond its end. */
  private static int[] unpack(byte[] bytes, int fromBit) {
    int[] limbs = new int[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      int bit = fromBit + i * LIMB_BITS;
      long word = 0;
      for (int j = 4; j >= 0; j--) {
        int at = (bit >>> 3) + j;
        word = word << 8 | (at < bytes.length ? bytes[at] & 0xFF : 0);
      }
      limbs[i] = (int) (word >>> (bit & 7)) & LIMB;
    }
    return limbs;
  }

  /**
   * a·b/R mod l, for a·b below l·R. Each sum stays below 2^63: nine products of 58 bits and nine
   * more with l.
   */
  private static int[] montgomery(int[] a, int[] b) {
    long[] t = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      long first = t[0] + (long) a[i] * b[0];
      long m = ((int) first * L_INVERSE) & LIMB;
      long carry = (first + m * L[0]) >>> LIMB_BITS;
      for (int j = 1; j < LIMBS; j++) {
        t[j - 1] = t[j] + (long) a[i] * b[j] + m * L[j];
      }
      t[0] += carry;
      t[LIMBS - 1] = 0;
    }
    return carryAndSubtractOnce(t);
  }

  /** From signed sums of limbs, together at least 0 and below 2l, the number modulo l. */
  private static int[] carryAndSubtractOnce(long[] sums) {
    int[] limbs = new int[LIMBS];
    long carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      carry += sums[i];
      limbs[i] = (int) carry & LIMB;
      carry >>= LIMB_BITS;
    }
    int keep = below(limbs);
    int difference = 0;
    for (int i = 0; i < LIMBS; i++) {
      difference += limbs[i] - (L[i] & ~keep);
      limbs[i] = difference & LIMB;
      difference >>= LIMB_BITS;
    }
    return limbs;
  }

  /** Mask: whether a number is below l. */
  private static int below(int[] limbs) {
    int borrow = 0;
    for (int i = 0; i < LIMBS; i++) {
      borrow = (limbs[i] - L[i] + borrow) >> LIMB_BITS;
    }
    return borrow >> 31;
  }

  @Override
  public String toString() {
    return "Scalar[hidden]";
  }
}
