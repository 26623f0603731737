package org.blindbook.protocol.oprf.ristretto;

import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/** The one encoding of an element, 32 bytes (RFC 9496, sections 4.3.1 and 4.3.2). */
public final class Encoding {
  public static final int BYTES = Field.BYTES;

  /** RFC 9496, appendix A.1, the first multiple. */
  private static final String GENERATOR =
      "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";

  private final Field field = new Field();
  private final int[] s = X25519Field.create();
  private final int[] u1 = X25519Field.create();
  private final int[] u2 = X25519Field.create();
  private final int[] u2Squared = X25519Field.create();
  private final int[] v = X25519Field.create();
  private final int[] root = X25519Field.create();
  private final int[] x = X25519Field.create();
  private final int[] y = X25519Field.create();
  private final int[] inverse = X25519Field.create();
  private final byte[] canonical = new byte[BYTES];

  /**
   * The generator; a new element.
   *
   * @leaks nothing
   */
  public static Element generator() {
    Element generator = new Element();
    if (!new Encoding().decode(HexFormat.of().parseHex(GENERATOR), 0, generator)) {
      throw new AssertionError("the generator is an element");
    }
    return generator;
  }

  /**
   * Reads an element. Its point has Z = 1.
   *
   * @return whether the 32 bytes are an encoding; otherwise the element is not to be used
   * @leaks whether the bytes are an encoding
   */
  public boolean decode(byte[] bytes, int at, Element out) {
    Field.decode(bytes, at, s);
    Field.encode(s, canonical, 0);
    int wrong = 0;
    for (int i = 0; i < BYTES; i++) {
      wrong |= canonical[i] ^ bytes[at + i];
    }
    wrong |= field.negative(s);

    X25519Field.sqr(s, u2);
    X25519Field.sub(Field.ONE, u2, u1);
    X25519Field.add(Field.ONE, u2, u2);
    X25519Field.sqr(u2, u2Squared);
    X25519Field.sqr(u1, v);
    X25519Field.mul(v, Field.D, v);
    X25519Field.add(v, u2Squared, v);
    X25519Field.negate(v, v);
    X25519Field.mul(v, u2Squared, inverse);
    int square = field.sqrtRatio(Field.ONE, inverse, root);
    X25519Field.mul(root, u2, x); // 1/x's denominator
    X25519Field.mul(root, x, y);
    X25519Field.mul(y, v, y); // 1/y's denominator
    X25519Field.add(s, s, s);
    X25519Field.mul(x, s, x);
    field.absolute(x, out.x);
    X25519Field.mul(u1, y, out.y);
    X25519Field.one(out.z);
    X25519Field.mul(out.x, out.y, out.t);
    wrong |= ~square | field.negative(out.t) | field.zero(out.y);
    return wrong == 0;
  }

  /**
   * Writes an element, 32 bytes.
   *
   * @leaks nothing
   */
  public void encode(Element p, byte[] bytes, int at) {
    X25519Field.add(p.z, p.y, u1);
    X25519Field.sub(p.z, p.y, v);
    X25519Field.mul(u1, v, u1);
    X25519Field.mul(p.x, p.y, u2);
    X25519Field.sqr(u2, v);
    X25519Field.mul(v, u1, v);
    field.sqrtRatio(Field.ONE, v, root);
    X25519Field.mul(root, u1, u1); // den1
    X25519Field.mul(root, u2, u2); // den2
    X25519Field.mul(u1, u2, inverse);
    X25519Field.mul(inverse, p.t, inverse);

    X25519Field.mul(p.t, inverse, v);
    int rotate = field.negative(v);
    X25519Field.copy(p.x, 0, x, 0);
    X25519Field.copy(p.y, 0, y, 0);
    X25519Field.mul(p.y, Field.SQRT_M1, v);
    Field.select(rotate, v, x);
    X25519Field.mul(p.x, Field.SQRT_M1, v);
    Field.select(rotate, v, y);
    X25519Field.mul(u1, Field.INVSQRT_A_MINUS_D, v);
    Field.select(rotate, v, u2);

    X25519Field.mul(x, inverse, v);
    Field.negate(field.negative(v), y);
    X25519Field.sub(p.z, y, s);
    X25519Field.mul(s, u2, s);
    field.absolute(s, v);
    Field.encode(v, bytes, at);
  }

  /**
   * Whether a point stands for the identity: x = 0 or y = 0.
   *
   * @leaks the answer
   */
  public boolean isIdentity(Element p) {
    return (field.zero(p.x) | field.zero(p.y)) != 0;
  }
}
