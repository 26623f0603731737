package org.blindbook.edge.blinding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.blindbook.edge.blinding.PlainFunction.encoded;
import static org.blindbook.edge.blinding.PlainFunction.times;

import java.lang.reflect.Field;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.blindbook.protocol.oprf.ristretto.Addend;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.junit.jupiter.api.Test;

/** Products from a table against the evaluator's multiplication, and what a selection reads. */
class FixedBaseTest {
  private static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final long SEED = 20250106;

  private final Random random = new Random(SEED);
  private final FixedBaseMultiplication multiplication = new FixedBaseMultiplication();

  private static Scalar scalar(BigInteger value) {
    byte[] bytes = new byte[Scalar.BYTES];
    byte[] bigEndian = value.toByteArray();
    for (int i = 0; i < bigEndian.length && i < bytes.length; i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return Scalar.decode(bytes, 0).orElseThrow();
  }

  /** Around every digit's border, around the order, digits at their ends, and random ones. */
  private List<BigInteger> values() {
    List<BigInteger> values = new ArrayList<>(List.of(BigInteger.ZERO, BigInteger.ONE));
    values.add(L.subtract(BigInteger.ONE));
    values.add(L.shiftRight(1));
    BigInteger halves = BigInteger.ZERO;
    for (int bit = 5; bit < 252; bit += 5) {
      values.add(BigInteger.TWO.pow(bit));
      values.add(BigInteger.TWO.pow(bit).subtract(BigInteger.ONE));
      values.add(L.subtract(BigInteger.TWO.pow(bit)));
      halves = halves.shiftLeft(5).add(BigInteger.valueOf(16));
    }
    values.add(halves);
    values.add(halves.subtract(BigInteger.ONE));
    for (int i = 0; i < 30; i++) {
      values.add(new BigInteger(256, random).mod(L));
    }
    return values;
  }

  @Test
  void digitsAreSmallAndAddUp() {
    byte[] digits = new byte[FixedBaseTable.ROWS];
    for (BigInteger value : values()) {
      FixedBaseMultiplication.signedDigits(scalar(value), digits);
      BigInteger sum = BigInteger.ZERO;
      for (int i = 0; i < digits.length; i++) {
        assertThat(digits[i]).isBetween((byte) -16, (byte) 16);
        sum = sum.add(BigInteger.valueOf(digits[i]).shiftLeft(5 * i));
      }
      assertThat(sum).isEqualTo(value);
    }
  }

  @Test
  void productsAreThoseOfTheEvaluatorsMultiplication() {
    Element base = times(scalar(new BigInteger(250, random)), Encoding.generator());
    FixedBaseTable table = new FixedBaseTable(base);
    Element product = new Element();
    for (BigInteger value : values()) {
      multiplication.multiply(scalar(value), table, product);
      assertThat(encoded(product))
          .as("seed %d: %s", SEED, value)
          .isEqualTo(encoded(times(scalar(value), base)));
      multiplication.multiply(scalar(value), FixedBaseTable.generator(), product);
      assertThat(encoded(product))
          .as("seed %d: %s", SEED, value)
          .isEqualTo(encoded(times(scalar(value), Encoding.generator())));
    }
  }

  /**
   * Which entries were read shows in what a selection does with changed ones: a change matters to
   * the digit whose entry it is and to no other, and a row that ends early is noticed whatever the
   * digit.
   */
  @Test
  void aSelectionReadsItsWholeRowAndKeepsOneEntry() throws Exception {
    FixedBaseTable table = new FixedBaseTable(Encoding.generator());
    Field field = FixedBaseTable.class.getDeclaredField("rows");
    field.setAccessible(true);
    int[][] rows = (int[][]) field.get(table);
    int[] row = rows[9];
    Addend selected = new Addend();
    int[] scratch = new int[FixedBaseTable.SCRATCH];
    for (int digit = -16; digit <= 16; digit++) {
      table.select(9, digit, scratch, selected);
      int kept = scratch[0];
      for (int entry = 0; entry < FixedBaseTable.MULTIPLES; entry++) {
        row[entry * FixedBaseTable.ENTRY] ^= 1 << 20;
        table.select(9, digit, scratch, selected);
        row[entry * FixedBaseTable.ENTRY] ^= 1 << 20;
        assertThat(scratch[0] != kept).isEqualTo(entry + 1 == Math.abs(digit));
      }
      int wanted = digit;
      rows[9] = Arrays.copyOf(row, row.length - 1);
      assertThatExceptionOfType(ArrayIndexOutOfBoundsException.class)
          .as("digit %d", digit)
          .isThrownBy(() -> table.select(9, wanted, scratch, selected));
      rows[9] = row;
    }
  }
}
