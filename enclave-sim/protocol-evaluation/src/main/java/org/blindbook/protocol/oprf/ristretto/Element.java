package org.blindbook.protocol.oprf.ristretto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * An element of the group, held as one of the points of the twisted Edwards curve -x² + y² = 1 +
 * d·x²·y² that stand for it: x = X/Z, y = Y/Z, x·y = T/Z (extended coordinates of Hisil, Wong,
 * Carter and Dawson, 2008). Mutable. Elements are read and written by {@link Encoding} and {@link
 * BatchEncoding}.
 */
public final class Element {
  public final int[] x = X25519Field.create();
  public final int[] y = X25519Field.create();
  public final int[] z = X25519Field.create();
  public final int[] t = X25519Field.create();

  /**
   * The identity.
   *
   * @leaks nothing
   */
  public Element() {
    setIdentity();
  }

  /**
   * Makes this the identity.
   *
   * @leaks nothing
   */
  public void setIdentity() {
    X25519Field.zero(x);
    X25519Field.one(y);
    X25519Field.one(z);
    X25519Field.zero(t);
  }

  /**
   * Makes this a copy.
   *
   * @leaks nothing
   */
  public void set(Element that) {
    X25519Field.copy(that.x, 0, x, 0);
    X25519Field.copy(that.y, 0, y, 0);
    X25519Field.copy(that.z, 0, z, 0);
    X25519Field.copy(that.t, 0, t, 0);
  }

  @Override
  public String toString() {
    return "Element[hidden]";
  }
}
