package org.blindbook.protocol.oprf.ristretto;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * An element of the group, held as one of the points of the twisted Edwards curve -x² + y² = 1 +
 * d·x²·y² that stand for it: x = X/Z, y = Y/Z, x·y = T/Z (extended coordinates of Hisil, Wong,
 * Carter and Dawson, 2008). Mutable. Elements are compared and written by {@link Encoding} only.
 */
public final class Element {
  final int[] x = X25519Field.create();
  final int[] y = X25519Field.create();
  final int[] z = X25519Field.create();
  final int[] t = X25519Field.create();

  /** The identity. */
  public Element() {
    setIdentity();
  }

  void setIdentity() {
    X25519Field.zero(x);
    X25519Field.one(y);
    X25519Field.one(z);
    X25519Field.zero(t);
  }

  void set(Element that) {
    X25519Field.copy(that.x, 0, x, 0);
    X25519Field.copy(that.y, 0, y, 0);
    X25519Field.copy(that.z, 0, z, 0);
    X25519Field.copy(that.t, 0, t, 0);
  }

  /** Overwrites the coordinates. */
  public void wipe() {
    Arrays.fill(x, 0);
    Arrays.fill(y, 0);
    Arrays.fill(z, 0);
    Arrays.fill(t, 0);
  }

  @Override
  public String toString() {
    return "Element[hidden]";
  }
}
