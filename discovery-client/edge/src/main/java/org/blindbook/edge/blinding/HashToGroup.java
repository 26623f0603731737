package org.blindbook.edge.blinding;

import java.util.Arrays;
import org.blindbook.protocol.oprf.Ciphersuite;
import org.blindbook.protocol.oprf.ristretto.Field;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * HashToGroup (RFC 9497, section 4.1): 64 bytes of hash, and of them an element (RFC 9496, section
 * 4.3.4), left as its two summands on the Jacobi quartic. For one thread.
 */
final class HashToGroup {
  private static final int[] ONE_MINUS_D_SQ =
      Field.constant(
          "1159843021668779879193775521855586647937357759715417654439879720876111806838");
  private static final int[] D_MINUS_ONE_SQ =
      Field.constant(
          "40440834346308536858101042469323190826248399146238708352240133220865137265952");

  private final byte[] domain;
  private final Ciphersuite suite = new Ciphersuite();
  private final QuarticPoint second = new QuarticPoint();
  private final Field field = new Field();
  private final int[] t = X25519Field.create();
  private final int[] r = X25519Field.create();
  private final int[] u = X25519Field.create();
  private final int[] v = X25519Field.create();
  private final int[] s = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] w = X25519Field.create();

  HashToGroup() {
    this(Ciphersuite.domain("HashToGroup-"));
  }

  /** For the published vectors of another mode. */
  HashToGroup(byte[] domain) {
    this.domain = domain;
  }

  /** out = the element of an input. Leaks the input's length. */
  void hash(byte[] input, QuarticPoint out) {
    byte[] uniform = suite.expand(domain, input);
    derive(uniform, out);
    Arrays.fill(uniform, (byte) 0);
  }

  /** out = the element of 64 bytes; uniform if they are. Leaks nothing. */
  void derive(byte[] uniform, QuarticPoint out) {
    map(uniform, 0, out);
    map(uniform, Field.BYTES, second);
    out.add(second);
  }

  /** The function MAP up to the quartic, where t = N/v; letters as in the RFC. */
  private void map(byte[] bytes, int at, QuarticPoint out) {
    Field.decode(bytes, at, t);
    X25519Field.sqr(t, r);
    X25519Field.mul(r, Field.SQRT_M1, r);
    X25519Field.add(r, Field.ONE, u);
    X25519Field.mul(u, ONE_MINUS_D_SQ, u);
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
    X25519Field.sub(r, Field.ONE, w);
    X25519Field.mul(w, c, w);
    X25519Field.mul(w, D_MINUS_ONE_SQ, w);
    X25519Field.sub(w, v, w); // N

    X25519Field.mul(s, v, out.s);
    X25519Field.mul(w, v, out.t);
    X25519Field.copy(v, 0, out.z, 0);
  }

  /** Overwrites what the last input left. */
  void wipe() {
    second.wipe();
    for (int[] number : new int[][] {t, r, u, v, s, c, w}) {
      Arrays.fill(number, 0);
    }
  }
}
