package org.blindbook.edge.blinding;

import java.util.Arrays;
import org.blindbook.protocol.oprf.ristretto.Addend;
import org.blindbook.protocol.oprf.ristretto.EdwardsCurve;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Scalar;

/**
 * A secret scalar times an element of which there is a table: one selection and one addition for
 * each of {@value FixedBaseTable#ROWS} signed digits, whatever they are. For one thread.
 */
final class FixedBaseMultiplication {
  private final EdwardsCurve curve = new EdwardsCurve();
  private final Addend addend = new Addend();
  private final int[] scratch = new int[FixedBaseTable.SCRATCH];
  private final byte[] digits = new byte[FixedBaseTable.ROWS];

  /** out = k times the element of the table. Leaks nothing. */
  void multiply(Scalar k, FixedBaseTable table, Element out) {
    signedDigits(k, digits);
    out.setIdentity();
    for (int row = 0; row < digits.length; row++) {
      table.select(row, digits[row], scratch, addend);
      curve.addAffine(out, addend);
    }
  }

  /** Digits to the base 32, from -16 to 16, lowest first; they end below the carry's reach. */
  static void signedDigits(Scalar k, byte[] digits) {
    byte[] bytes = Arrays.copyOf(k.encode(), Scalar.BYTES + 1);
    int carry = 0;
    for (int i = 0; i < digits.length; i++) {
      int bit = i * FixedBaseTable.WIDTH;
      int word = (bytes[bit >>> 3] & 0xFF) | (bytes[(bit >>> 3) + 1] & 0xFF) << 8;
      int digit = ((word >>> (bit & 7)) & (2 * FixedBaseTable.MULTIPLES - 1)) + carry;
      carry = (digit + FixedBaseTable.MULTIPLES) >> FixedBaseTable.WIDTH;
      digits[i] = (byte) (digit - (carry << FixedBaseTable.WIDTH));
    }
    Arrays.fill(bytes, (byte) 0);
  }

  /** Overwrites what the last multiplication left. */
  void wipe() {
    Arrays.fill(digits, (byte) 0);
    Arrays.fill(scratch, 0);
    addend.set(new Element());
  }
}
