package org.blindbook.protocol.oprf.ristretto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Addition and doubling of points, complete and the same for all of them (RFC 8032, section 5.1.4;
 * Hisil, Wong, Carter and Dawson, 2008, sections 3.1 and 3.3, for a = -1).
 *
 * <p>Comments give the size of an operand as a multiple of a reduced one: see {@link Field}.
 */
public final class EdwardsCurve {
  private final int[] a = X25519Field.create();
  private final int[] b = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] d = X25519Field.create();
  private final int[] e = X25519Field.create();
  private final int[] f = X25519Field.create();
  private final int[] g = X25519Field.create();
  private final int[] h = X25519Field.create();

  /**
   * p = 2p; four squarings and three multiplications, one more with T.
   *
   * @param withT public: whether an addition comes next, which needs T
   * @leaks nothing
   */
  void twice(Element p, boolean withT) {
    X25519Field.add(p.x, p.y, e);
    X25519Field.sqr(p.x, a);
    X25519Field.sqr(p.y, b);
    X25519Field.sqr(p.z, c);
    X25519Field.sqr(e, e);
    X25519Field.apm(a, b, h, g); // h 2, g 1
    X25519Field.sub(h, e, e); // 2
    X25519Field.add(c, c, c);
    X25519Field.add(c, g, f); // 3
    X25519Field.carry(f);
    X25519Field.mul(e, f, p.x);
    X25519Field.mul(g, h, p.y);
    X25519Field.mul(f, g, p.z);
    if (withT) {
      X25519Field.mul(e, h, p.t);
    }
  }

  /**
   * p = p + q; needs the T of p.
   *
   * @param withT public: whether another addition comes next
   * @leaks nothing
   */
  public void add(Element p, Addend q, boolean withT) {
    X25519Field.mul(p.z, q.z2, d);
    addProducts(p, q.sum, q.difference, q.t2d);
    X25519Field.apm(d, c, g, f); // g 2, f 1
    finish(p, withT);
  }

  /**
   * p = p + q for a q with Z = 1: one multiplication less.
   *
   * @leaks nothing
   */
  public void addAffine(Element p, Addend q) {
    twiceZ(p);
    addProducts(p, q.sum, q.difference, q.t2d);
    X25519Field.apm(d, c, g, f);
    finish(p, true);
  }

  /**
   * p = p - q for a q with Z = 1.
   *
   * @leaks nothing
   */
  void subtractAffine(Element p, Addend q) {
    twiceZ(p);
    addProducts(p, q.difference, q.sum, q.t2d);
    X25519Field.apm(d, c, f, g);
    finish(p, true);
  }

  private void twiceZ(Element p) {
    X25519Field.add(p.z, p.z, d);
    X25519Field.carry(d);
  }

  private void addProducts(Element p, int[] sum, int[] difference, int[] t2d) {
    X25519Field.apm(p.y, p.x, b, a); // b 2, a 1
    X25519Field.mul(a, difference, a);
    X25519Field.mul(b, sum, b);
    X25519Field.mul(p.t, t2d, c);
    X25519Field.apm(b, a, h, e); // h 2, e 1
  }

  private void finish(Element p, boolean withT) {
    X25519Field.mul(e, f, p.x);
    X25519Field.mul(g, h, p.y);
    X25519Field.mul(f, g, p.z);
    if (withT) {
      X25519Field.mul(e, h, p.t);
    }
  }
}
