package org.blindbook.edge.blinding;

import java.util.List;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Field;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/** Points with Z = 1, to which additions are cheaper. */
final class AffinePoints {
  private AffinePoints() {}

  /** Gives every point Z = 1, with one inversion for all. Leaks how many. */
  static void normalize(List<Element> points) {
    int[][] before = new int[points.size()][];
    int[] product = X25519Field.create();
    X25519Field.one(product);
    for (int i = 0; i < before.length; i++) {
      before[i] = product.clone();
      X25519Field.mul(product, points.get(i).z, product);
    }
    int[] inverse = X25519Field.create();
    new Field().invert(product, inverse);
    int[] ofThis = X25519Field.create();
    for (int i = before.length - 1; i >= 0; i--) {
      Element p = points.get(i);
      X25519Field.mul(inverse, before[i], ofThis);
      X25519Field.mul(inverse, p.z, inverse);
      X25519Field.mul(p.x, ofThis, p.x);
      X25519Field.mul(p.y, ofThis, p.y);
      X25519Field.one(p.z);
      X25519Field.mul(p.x, p.y, p.t);
    }
  }
}
