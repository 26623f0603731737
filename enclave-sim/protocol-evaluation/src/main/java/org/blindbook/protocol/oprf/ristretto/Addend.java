package org.blindbook.protocol.oprf.ristretto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * A point in the form in which it is added to others: Y+X, Y-X, 2d·T and 2Z, reduced. It saves an
 * addition a multiplication and its carries.
 */
public final class Addend {
  public final int[] sum = X25519Field.create();
  public final int[] difference = X25519Field.create();
  public final int[] t2d = X25519Field.create();
  public final int[] z2 = X25519Field.create();

  /**
   * Makes this stand for p.
   *
   * @leaks nothing
   */
  public void set(Element p) {
    X25519Field.apm(p.y, p.x, sum, difference);
    X25519Field.carry(sum);
    X25519Field.carry(difference);
    X25519Field.mul(p.t, Field.D2, t2d);
    X25519Field.add(p.z, p.z, z2);
    X25519Field.carry(z2);
  }
}
