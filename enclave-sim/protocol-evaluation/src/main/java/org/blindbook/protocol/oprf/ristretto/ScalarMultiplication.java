package org.blindbook.protocol.oprf.ristretto;

import java.util.Arrays;

/**
 * A scalar times an element, in constant time: 64 signed windows of four bits, and for each of them
 * four doublings, a selection that reads the whole table, and an addition, whatever the digit.
 */
public final class ScalarMultiplication {
  private static final PointTable GENERATOR = new PointTable();

  static {
    GENERATOR.fill(Encoding.generator(), new EdwardsCurve());
  }

  private final EdwardsCurve curve = new EdwardsCurve();
  private final PointTable table = new PointTable();
  private final Addend addend = new Addend();
  private final int[] scratch = new int[PointTable.ENTRY];
  private final byte[] digits = new byte[Scalar.DIGITS];

  /**
   * out = k·p.
   *
   * @param out may be p
   * @leaks nothing
   */
  public void multiply(Scalar k, Element p, Element out) {
    table.fill(p, curve);
    multiply(k, table, out);
  }

  /**
   * out = k times the generator of RFC 9496, from a table made once.
   *
   * @leaks nothing
   */
  public void multiplyGenerator(Scalar k, Element out) {
    multiply(k, GENERATOR, out);
  }

  private void multiply(Scalar k, PointTable multiples, Element out) {
    k.signedDigits(digits);
    out.setIdentity();
    for (int i = Scalar.DIGITS - 1; i >= 0; i--) {
      if (i < Scalar.DIGITS - 1) {
        curve.twice(out, false);
        curve.twice(out, false);
        curve.twice(out, false);
        curve.twice(out, true);
      }
      multiples.select(digits[i], scratch, addend);
      curve.add(out, addend, i == 0);
    }
    Arrays.fill(digits, (byte) 0);
  }
}
