package org.blindbook.protocol.oprf.ristretto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/** An element from 64 uniform bytes, such as a hash (RFC 9496, section 4.3.4). */
public final class Derivation {
  public static final int BYTES = 64;

  private final Field field = new Field();
  private final EdwardsCurve curve = new EdwardsCurve();
  private final Element second = new Element();
  private final Addend addend = new Addend();
  private final int[] t = X25519Field.create();
  private final int[] r = X25519Field.create();
  private final int[] u = X25519Field.create();
  private final int[] v = X25519Field.create();
  private final int[] s = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] n = X25519Field.create();
  private final int[] w = X25519Field.create();

  /**
   * The element of 64 bytes. It is uniform if they are.
   *
   * @leaks nothing
   */
  public void derive(byte[] uniform, Element out) {
    map(uniform, 0, out);
    map(uniform, BYTES / 2, second);
    addend.set(second);
    curve.add(out, addend, true);
  }

  /** The function MAP; letters as in the RFC. */
  private void map(byte[] bytes, int at, Element out) {
    Field.decode(bytes, at, t);
    X25519Field.sqr(t, r);
    X25519Field.mul(r, Field.SQRT_M1, r);
    X25519Field.add(r, Field.ONE, u);
    X25519Field.mul(u, Field.ONE_MINUS_D_SQ, u);
    X25519Field.mul(r, Field.D, v);
    X25519Field.add(v, Field.ONE, v);
    X25519Field.negate(v, v);
    X25519Field.add(r, Field.D, w);
    X25519Field.mul(v, w, v);

    int square = field.sqrtRatio(u, v, s);
    X25519Field.mul(s, t, w);
    field.absolute(w, w);
    X25519Field.negate(w, w);
    Field.select(~square, w, s);
    X25519Field.negate(Field.ONE, c);
    Field.select(~square, r, c);
    X25519Field.sub(r, Field.ONE, n);
    X25519Field.mul(n, c, n);
    X25519Field.mul(n, Field.D_MINUS_ONE_SQ, n);
    X25519Field.sub(n, v, n);

    X25519Field.mul(s, v, u); // half of w0
    X25519Field.add(u, u, u);
    X25519Field.mul(n, Field.SQRT_AD_MINUS_ONE, n); // w1
    X25519Field.sqr(s, w);
    X25519Field.add(Field.ONE, w, v); // w3
    X25519Field.sub(Field.ONE, w, w); // w2
    X25519Field.mul(u, v, out.x);
    X25519Field.mul(w, n, out.y);
    X25519Field.mul(n, v, out.z);
    X25519Field.mul(u, w, out.t);
  }
}
