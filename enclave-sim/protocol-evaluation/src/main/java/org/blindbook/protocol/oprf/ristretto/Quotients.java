package org.blindbook.protocol.oprf.ristretto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * A point as two quotients, x = e/f and y = g/h with h² - g² = (-1-d)·e². So the square root that
 * an encoding needs is one more quotient. Not every way to write a point has that form; those of a
 * double and of a point that comes from the curve of encodings have. Mutable.
 */
public final class Quotients {
  public final int[] e = X25519Field.create();
  public final int[] f = X25519Field.create();
  public final int[] g = X25519Field.create();
  public final int[] h = X25519Field.create();

  /**
   * Those of 2p: e = 2XY, f = Z² + dT², g = Y² + X², h = Z² - dT².
   *
   * @leaks nothing
   */
  public static Quotients ofDouble(Element p) {
    Quotients twice = new Quotients();
    int[] a = X25519Field.create();
    int[] b = X25519Field.create();
    X25519Field.mul(p.x, p.y, twice.e);
    X25519Field.add(twice.e, twice.e, twice.e);
    X25519Field.carry(twice.e);
    X25519Field.sqr(p.z, a);
    X25519Field.sqr(p.t, b);
    X25519Field.mul(b, Field.D, b);
    X25519Field.apm(a, b, twice.f, twice.h);
    X25519Field.carry(twice.f);
    X25519Field.carry(twice.h);
    X25519Field.sqr(p.y, a);
    X25519Field.sqr(p.x, b);
    X25519Field.add(a, b, twice.g);
    X25519Field.carry(twice.g);
    return twice;
  }

  @Override
  public String toString() {
    return "Quotients[hidden]";
  }
}
