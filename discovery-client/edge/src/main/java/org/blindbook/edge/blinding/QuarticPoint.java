package org.blindbook.edge.blinding;

import java.util.Arrays;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Field;
import org.blindbook.protocol.oprf.ristretto.Quotients;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * An element of the group, held as a point of the Jacobi quartic t² = s⁴ + 2A·s² + 1, A =
 * (1-d)/(1+d), of which the Edwards curve is an image: x = 2s/(w·t), y = (1-s²)/(1+s²), w = √(-1-d)
 * (M. Hamburg, "Decaf", CRYPTO 2015, section 4). An encoding is the s of such a point, so a sum
 * that is taken here is encoded without a square root, which would cost as much as a third of a
 * multiplication; hashes and decoded elements are on this curve to begin with.
 *
 * <p>s = S/Z, t = T/Z². Mutable. All coordinates are reduced as {@link Field} says.
 */
final class QuarticPoint {
  /** w of RFC 9496, section 4.1, SQRT_AD_MINUS_ONE. */
  static final int[] W =
      Field.constant(
          "25063068953384623474111414158702152701244531502492656460079210482610430750235");

  private static final int[] INVERSE_OF_W = X25519Field.create();
  private static final int[] TWO_A = X25519Field.create();

  static {
    Field field = new Field();
    field.invert(W, INVERSE_OF_W);
    int[] onePlusD = X25519Field.create();
    X25519Field.apm(Field.ONE, Field.D, onePlusD, TWO_A);
    field.invert(onePlusD, onePlusD);
    X25519Field.mul(TWO_A, onePlusD, TWO_A);
    X25519Field.add(TWO_A, TWO_A, TWO_A);
    X25519Field.carry(TWO_A);
  }

  final int[] s = X25519Field.create();
  final int[] t = X25519Field.create();
  final int[] z = X25519Field.create();

  private final int[] a = X25519Field.create();
  private final int[] b = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] ss = X25519Field.create();
  private final int[] zz = X25519Field.create();
  private final int[] tt = X25519Field.create();
  private final int[] sszz = X25519Field.create();

  /**
   * Makes it an element that was decoded: s is the number that its encoding is.
   *
   * @param element as it was decoded, which chose t by the sign of x
   */
  void set(byte[] encoded, int at, Element element) {
    X25519Field.mul(element.x, W, z);
    Field.decode(encoded, at, s);
    X25519Field.mul(s, z, s);
    X25519Field.add(s, s, t);
    X25519Field.carry(t);
  }

  /** Makes it the point of quotients, which are those of an Edwards point: s = we/(h+g). */
  void set(Quotients point) {
    X25519Field.mul(point.e, W, s);
    X25519Field.add(point.h, point.g, z);
    X25519Field.carry(z);
    X25519Field.mul(point.f, z, t);
    X25519Field.add(t, t, t);
    X25519Field.carry(t);
  }

  void negate() {
    X25519Field.negate(s, s);
  }

  /**
   * this = this + that (Hisil, Wong, Carter and Dawson, "Jacobi quartic curves revisited", 2009,
   * section 3, made projective). Right unless that is this or its opposite as an element: that
   * happens with probability 2^-250 where one of the two was blinded.
   */
  void add(QuarticPoint that) {
    X25519Field.mul(z, that.z, zz);
    X25519Field.mul(s, that.s, ss);
    X25519Field.mul(ss, zz, sszz);
    // c = s²·that.z² + that.s²·z²
    X25519Field.add(s, z, a);
    X25519Field.add(that.s, that.z, b);
    X25519Field.mul(a, b, c);
    X25519Field.sub(c, zz, c);
    X25519Field.sub(c, ss, c);
    X25519Field.carry(c);
    X25519Field.sqr(c, c);
    X25519Field.sub(c, sszz, c);
    X25519Field.sub(c, sszz, c);
    X25519Field.carry(c);

    X25519Field.mul(t, that.t, tt);
    X25519Field.mul(s, z, a);
    X25519Field.mul(a, that.t, a);
    X25519Field.mul(that.s, that.z, b);
    X25519Field.mul(b, t, b);
    X25519Field.add(a, b, s);
    X25519Field.carry(s);

    X25519Field.mul(sszz, TWO_A, a);
    X25519Field.add(tt, a, tt);
    X25519Field.add(sszz, sszz, sszz);
    X25519Field.mul(sszz, c, c);
    X25519Field.sqr(zz, zz);
    X25519Field.sqr(ss, ss);
    X25519Field.apm(zz, ss, a, z);
    X25519Field.carry(z);
    X25519Field.mul(a, tt, t);
    X25519Field.add(t, c, t);
    X25519Field.carry(t);
  }

  /** Its image on the Edwards curve: x = (2SZ/w)/T, y = (Z²-S²)/(Z²+S²). */
  Quotients quotients() {
    Quotients point = new Quotients();
    X25519Field.mul(s, z, point.e);
    X25519Field.add(point.e, point.e, point.e);
    X25519Field.mul(point.e, INVERSE_OF_W, point.e);
    X25519Field.copy(t, 0, point.f, 0);
    X25519Field.sqr(z, zz);
    X25519Field.sqr(s, ss);
    X25519Field.apm(zz, ss, point.h, point.g);
    X25519Field.carry(point.h);
    X25519Field.carry(point.g);
    return point;
  }

  void wipe() {
    for (int[] number : new int[][] {s, t, z, a, b, c, ss, zz, tt, sszz}) {
      Arrays.fill(number, 0);
    }
  }

  @Override
  public String toString() {
    return "QuarticPoint[hidden]";
  }
}
