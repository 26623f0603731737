package org.blindbook.protocol.oprf.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.junit.jupiter.api.Test;

/**
 * How large operands of the library's field may be: {@link EdwardsCurve} multiplies sums and
 * differences of two reduced numbers without a carry between.
 */
class FieldTest {
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  private static final long SEED = 20250102;

  /** Where the limbs of the library stand: bits 0, 26, 52, 77 and so on. */
  private static final int[] WIDTHS = {26, 26, 25, 26, 25, 26, 26, 25, 26, 25};

  private final Random random = new Random(SEED);

  private static BigInteger number(int[] limbs) {
    BigInteger number = BigInteger.ZERO;
    int at = 0;
    for (int i = 0; i < limbs.length; i++) {
      number = number.add(BigInteger.valueOf(limbs[i]).shiftLeft(at));
      at += WIDTHS[i];
    }
    return number.mod(P);
  }

  /** Limbs at the ends of what sums and differences of reduced numbers have, and random ones. */
  private int[] extreme(int pattern) {
    int[] limbs = X25519Field.create();
    for (int i = 0; i < limbs.length; i++) {
      int twice = (2 << WIDTHS[i]) - 1;
      limbs[i] =
          switch (pattern) {
            case 0 -> twice;
            case 1 -> -twice;
            case 2 -> i < 5 ? twice : -twice;
            case 3 -> i % 2 == 0 ? twice : -twice;
            case 4 -> random.nextBoolean() ? twice : -twice;
            default -> random.nextInt(2 * twice) - twice;
          };
    }
    return limbs;
  }

  @Test
  void productsOfTheLargestOperandsAreRight() {
    for (int i = 0; i < 200; i++) {
      int[] x = extreme(i % 6);
      int[] y = extreme(i / 6 % 6);
      String what = "seed " + SEED + ", round " + i;
      int[] z = X25519Field.create();
      X25519Field.mul(x, y, z);
      assertThat(number(z)).as(what).isEqualTo(number(x).multiply(number(y)).mod(P));
      X25519Field.sqr(x, z);
      assertThat(number(z)).as(what).isEqualTo(number(x).modPow(BigInteger.TWO, P));
      assertReduced(z);
    }
  }

  /** Why a doubling carries its sum of three: with the largest limbs the product would be wrong. */
  @Test
  void threeTermsByTwoAreTooLarge() {
    int wrong = 0;
    for (int i = 0; i < 200; i++) {
      int[] x = extreme(i % 6);
      int[] y = extreme(i / 6 % 6);
      for (int j = 0; j < x.length; j++) {
        x[j] += x[j] / 2;
      }
      int[] z = X25519Field.create();
      X25519Field.mul(x, y, z);
      wrong += number(z).equals(number(x).multiply(number(y)).mod(P)) ? 0 : 1;
    }
    assertThat(wrong).isPositive();
  }

  @Test
  void aCarryMakesThreeTermsReduced() {
    for (int i = 0; i < 60; i++) {
      int[] x = extreme(i % 6);
      for (int j = 0; j < x.length; j++) {
        x[j] += x[j] / 2;
      }
      BigInteger before = number(x);
      X25519Field.carry(x);
      assertThat(number(x)).isEqualTo(before);
      assertReduced(x);
    }
  }

  private static void assertReduced(int[] x) {
    for (int i = 0; i < x.length; i++) {
      assertThat(Math.abs(x[i])).isLessThan((1 << WIDTHS[i]) + (1 << 12));
    }
  }

  @Test
  void largeNumbersAreNormalisedOnTheWayToBytes() {
    for (int i = 0; i < 60; i++) {
      int[] x = extreme(i % 6);
      BigInteger expected = number(x);
      byte[] bytes = new byte[Field.BYTES];
      Field.encode(x, bytes, 0);
      assertThat(bytes).isEqualTo(ScalarTest.bytes(expected, Field.BYTES));
    }
  }

  @Test
  void signAndZeroAreThoseOfTheNumberAndNotOfItsLimbs() {
    Field field = new Field();
    for (int i = 0; i < 60; i++) {
      int[] x = extreme(i % 6);
      assertThat(field.negative(x)).isEqualTo(number(x).testBit(0) ? -1 : 0);
      assertThat(field.zero(x)).isZero();
      int[] opposite = X25519Field.create();
      X25519Field.negate(x, opposite);
      X25519Field.add(x, opposite, opposite);
      assertThat(field.zero(opposite)).isEqualTo(-1);
      assertThat(field.equal(x, x.clone())).isEqualTo(-1);
    }
    int[] p = X25519Field.create();
    Field.decode(ScalarTest.bytes(P, Field.BYTES), 0, p);
    assertThat(field.zero(p)).isEqualTo(-1);
  }
}
