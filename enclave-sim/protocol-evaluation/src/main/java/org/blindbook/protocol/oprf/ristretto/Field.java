package org.blindbook.protocol.oprf.ristretto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * The field of 2^255 - 19 elements: what ristretto255 needs beyond {@link X25519Field}. A mask is
 * -1 for true and 0 for false.
 *
 * <p>{@code X25519Field} multiplies operands that are sums or differences of two reduced ones, and
 * no larger: its products then stay below 2^63. A reduced one is what {@code mul}, {@code sqr} and
 * {@code carry} give. Whoever adds more terms has to carry; {@code FieldTest} tries the extremes.
 */
public final class Field {
  public static final int BYTES = 32;

  /** The constants of RFC 9496, section 4.1. Nobody writes to them. */
  public static final int[] D =
      constant("37095705934669439343138083508754565189542113879843219016388785533085940283555");

  public static final int[] SQRT_M1 =
      constant("19681161376707505956807079304988542015446066515923890162744021073123829784752");
  static final int[] INVSQRT_A_MINUS_D =
      constant("54469307008909316920995813868745141605393597292927456921205312896311721017578");

  /** 2d, which additions use. */
  static final int[] D2 = reducedSum(D, D);

  public static final int[] ONE = constant("1");

  private final int[] v3 = X25519Field.create();
  private final int[] uv7 = X25519Field.create();
  private final int[] root = X25519Field.create();
  private final int[] check = X25519Field.create();
  private final int[] difference = X25519Field.create();
  private final int[] x2 = X25519Field.create();
  private final int[] x5 = X25519Field.create();
  private final int[] x10 = X25519Field.create();
  private final int[] x15 = X25519Field.create();

  /**
   * A number below p, in the decimals of the RFC; a new one.
   *
   * @leaks nothing: it is public
   */
  public static int[] constant(String decimal) {
    byte[] bytes = new byte[BYTES];
    byte[] bigEndian = new BigInteger(decimal).toByteArray();
    for (int i = 0; i < bigEndian.length && i < BYTES; i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    int[] z = X25519Field.create();
    X25519Field.decode255(bytes, 0, z, 0);
    return z;
  }

  private static int[] reducedSum(int[] x, int[] y) {
    int[] z = X25519Field.create();
    X25519Field.add(x, y, z);
    X25519Field.carry(z);
    return z;
  }

  /**
   * Mask: whether x is odd as a number below p (RFC 9496, section 3.1).
   *
   * @leaks nothing
   */
  int negative(int[] x) {
    X25519Field.copy(x, 0, difference, 0);
    X25519Field.normalize(difference);
    return -(difference[0] & 1);
  }

  /**
   * Mask: whether x is zero.
   *
   * @leaks nothing
   */
  int zero(int[] x) {
    X25519Field.copy(x, 0, difference, 0);
    X25519Field.normalize(difference);
    return X25519Field.isZero(difference);
  }

  /**
   * Mask: whether x and y are equal.
   *
   * @leaks nothing
   */
  int equal(int[] x, int[] y) {
    X25519Field.sub(x, y, difference);
    X25519Field.normalize(difference);
    return X25519Field.isZero(difference);
  }

  /** Mask: whether x and -y are equal. */
  private int opposite(int[] x, int[] y) {
    X25519Field.add(x, y, difference);
    X25519Field.normalize(difference);
    return X25519Field.isZero(difference);
  }

  /**
   * z becomes -z where the mask is set.
   *
   * @leaks nothing
   */
  static void negate(int mask, int[] z) {
    X25519Field.cnegate(mask & 1, z);
  }

  /**
   * z becomes x where the mask is set.
   *
   * @leaks nothing
   */
  public static void select(int mask, int[] x, int[] z) {
    X25519Field.cmov(mask, x, 0, z, 0);
  }

  /**
   * The non-negative square root of u/v, or of sqrt(-1)·u/v when u/v is not a square (RFC 9496,
   * section 4.2). Zero for u = 0 and for v = 0.
   *
   * @param z may be u or v
   * @return mask: whether u/v is a square; for v = 0, whether u = 0
   * @leaks nothing
   */
  public int sqrtRatio(int[] u, int[] v, int[] z) {
    X25519Field.sqr(v, v3);
    X25519Field.mul(v3, v, v3);
    X25519Field.sqr(v3, uv7);
    X25519Field.mul(uv7, v, uv7);
    X25519Field.mul(uv7, u, uv7);
    powerP58(uv7, root);
    X25519Field.mul(root, v3, root);
    X25519Field.mul(root, u, root);

    X25519Field.sqr(root, check);
    X25519Field.mul(check, v, check);
    int correct = equal(check, u);
    int flipped = opposite(check, u);
    X25519Field.mul(u, SQRT_M1, v3);
    int flippedI = opposite(check, v3);

    X25519Field.mul(root, SQRT_M1, v3);
    select(flipped | flippedI, v3, root);
    absolute(root, z);
    return correct | flipped;
  }

  /**
   * z = x or -x, whichever is not negative; reduced but for the sign of its limbs.
   *
   * @leaks nothing
   */
  public void absolute(int[] x, int[] z) {
    int mask = negative(x);
    X25519Field.copy(x, 0, z, 0);
    negate(mask, z);
  }

  /**
   * z = 1/x, as x^(p-2) = (x^(2^252-3))^8 · x^3; 0 for 0.
   *
   * @leaks nothing
   */
  public void invert(int[] x, int[] z) {
    powerP58(x, root);
    X25519Field.sqr(root, 3, root);
    X25519Field.sqr(x, v3);
    X25519Field.mul(v3, x, v3);
    X25519Field.mul(root, v3, z);
  }

  /** z = x^((p-5)/8) = x^(2^252 - 3). The names are exponents: x5 is x^(2^5 - 1). */
  private void powerP58(int[] x, int[] z) {
    X25519Field.sqr(x, x2);
    X25519Field.mul(x2, x, x2);
    X25519Field.sqr(x2, x5);
    X25519Field.mul(x5, x, x5);
    X25519Field.sqr(x5, 2, x5);
    X25519Field.mul(x5, x2, x5);
    run(x5, 5, x5, x10);
    run(x10, 5, x5, x15);
    run(x15, 10, x10, x5); // 25
    run(x5, 25, x5, x10); // 50
    run(x10, 25, x5, x15); // 75
    run(x15, 50, x10, x5); // 125
    run(x5, 125, x5, x10); // 250
    X25519Field.sqr(x10, 2, x10);
    X25519Field.mul(x10, x, z);
  }

  /** z = x^(2^n) · y; z is neither x nor y. */
  private static void run(int[] x, int n, int[] y, int[] z) {
    X25519Field.sqr(x, n, z);
    X25519Field.mul(z, y, z);
  }

  /**
   * Reads 32 bytes, little-endian, without the top bit (RFC 9496, section 4.3.4).
   *
   * @leaks nothing
   */
  public static void decode(byte[] bytes, int at, int[] z) {
    X25519Field.decode255(bytes, at, z, 0);
  }

  /**
   * Writes the one encoding below p, 32 bytes, little-endian; normalises z.
   *
   * @leaks nothing
   */
  static void encode(int[] z, byte[] bytes, int at) {
    X25519Field.normalize(z);
    X25519Field.encode(z, bytes, at);
  }
}
