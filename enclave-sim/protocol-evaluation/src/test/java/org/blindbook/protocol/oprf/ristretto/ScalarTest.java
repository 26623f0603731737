package org.blindbook.protocol.oprf.ristretto;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.TWO;
import static java.math.BigInteger.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scalars against BigInteger, at the edges and at random. */
class ScalarTest {
  private static final BigInteger L =
      TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final long SEED = 20250101;
  private static final Random RANDOM = new Random(SEED);

  static byte[] bytes(BigInteger value, int length) {
    byte[] bigEndian = value.toByteArray();
    byte[] bytes = new byte[length];
    for (int i = 0; i < bigEndian.length && i < length; i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return bytes;
  }

  static Scalar scalar(BigInteger value) {
    return Scalar.decode(bytes(value, Scalar.BYTES), 0).orElseThrow();
  }

  private static BigInteger number(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length + 1];
    for (int i = 0; i < littleEndian.length; i++) {
      bigEndian[littleEndian.length - i] = littleEndian[i];
    }
    return new BigInteger(bigEndian);
  }

  private static BigInteger number(Scalar scalar) {
    return number(scalar.encode());
  }

  /** Around every limb's border, around l, and random. */
  static List<BigInteger> values() {
    List<BigInteger> values = new ArrayList<>(List.of(ZERO, ONE, TWO, L.subtract(ONE)));
    values.add(L.subtract(TWO));
    values.add(L.shiftRight(1));
    values.add(TWO.pow(252));
    values.add(TWO.pow(252).subtract(ONE));
    for (int bit = 29; bit < 252; bit += 29) {
      values.add(TWO.pow(bit));
      values.add(TWO.pow(bit).subtract(ONE));
      values.add(L.subtract(TWO.pow(bit)));
    }
    for (int i = 0; i < 20; i++) {
      values.add(new BigInteger(256, RANDOM).mod(L));
    }
    return values;
  }

  @Test
  void sumsDifferencesAndProductsAreThoseOfBigInteger() {
    for (BigInteger a : values()) {
      for (BigInteger b : values()) {
        String what = "seed " + SEED + ": " + a + ", " + b;
        Scalar x = scalar(a);
        Scalar y = scalar(b);
        assertThat(number(x.plus(y))).as(what).isEqualTo(a.add(b).mod(L));
        assertThat(number(x.minus(y))).as(what).isEqualTo(a.subtract(b).mod(L));
        assertThat(number(x.times(y))).as(what).isEqualTo(a.multiply(b).mod(L));
      }
    }
  }

  @Test
  void halvesUndoDoubles() {
    for (BigInteger a : values()) {
      Scalar half = scalar(a).half();
      assertThat(number(half.plus(half))).isEqualTo(a);
    }
  }

  @Test
  void wideNumbersAreReduced() {
    List<BigInteger> wide = new ArrayList<>(values());
    wide.addAll(List.of(L, L.add(ONE), L.multiply(TWO), L.multiply(L), TWO.pow(261)));
    wide.add(TWO.pow(261).subtract(ONE));
    wide.add(TWO.pow(512).subtract(ONE));
    for (int i = 0; i < 200; i++) {
      wide.add(new BigInteger(512, RANDOM));
    }
    for (BigInteger a : wide) {
      assertThat(number(Scalar.reduce(bytes(a, Scalar.WIDE_BYTES)))).isEqualTo(a.mod(L));
    }
  }

  @Test
  void onlyNumbersBelowTheOrderAreDecoded() {
    for (BigInteger a : values()) {
      assertThat(number(scalar(a))).isEqualTo(a);
    }
    List<BigInteger> beyond =
        List.of(L, L.add(ONE), L.multiply(TWO), TWO.pow(253), TWO.pow(256).subtract(ONE));
    for (BigInteger a : beyond) {
      assertThat(Scalar.decode(bytes(a, Scalar.BYTES), 0)).isEmpty();
    }
  }

  @Test
  void signedDigitsAddUp() {
    byte[] digits = new byte[Scalar.DIGITS];
    for (BigInteger a : values()) {
      scalar(a).signedDigits(digits);
      BigInteger sum = ZERO;
      for (int i = 0; i < digits.length; i++) {
        assertThat(digits[i]).isBetween((byte) -8, (byte) 8);
        sum = sum.add(BigInteger.valueOf(digits[i]).shiftLeft(4 * i));
      }
      assertThat(sum).isEqualTo(a);
    }
  }

  @Test
  void aWipedScalarIsZeroAndNoScalarPrintsItself() {
    Scalar scalar = scalar(L.subtract(ONE));
    assertThat(scalar.toString()).doesNotContainPattern("[0-9]");
    scalar.wipe();
    assertThat(scalar.isZero()).isTrue();
    assertThat(Arrays.equals(scalar.encode(), new byte[Scalar.BYTES])).isTrue();
  }
}
