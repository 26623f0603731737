package org.blindbook.protocol.oprf.ristretto;

import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Encodes many elements with one inversion for all, where {@link Encoding} takes a square root for
 * each: those whose square root is a quotient, as that of a double is (M. Hamburg, "Decaf", CRYPTO
 * 2015, section 7, and the ristretto255 literature after it). So whoever has a scalar to multiply
 * by takes half of it and encodes the double.
 *
 * <p>The point of {@link Quotients} is (e·h : g·f : f·h : e·g). It is the identity exactly where
 * e·f·g·h = 0; then the encoding is all zeros.
 */
public final class BatchEncoding {
  private final Field field = new Field();
  private final int[] a = X25519Field.create();
  private final int[] b = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] inverse = X25519Field.create();
  private final int[] inverseOfThis = X25519Field.create();

  /** The products of one element, and the product of all denominators before it. */
  private static final class State {
    final int[] eg = X25519Field.create();
    final int[] fh = X25519Field.create();
    final int[] efgh = X25519Field.create();
    final int[] before = X25519Field.create();
    int identity;
  }

  /**
   * The encodings of the doubles, one after the other.
   *
   * @leaks how many
   */
  public byte[] encodeDoubles(List<Element> elements) {
    return encode(elements.stream().map(Quotients::ofDouble).toList());
  }

  /**
   * The encodings, one after the other.
   *
   * @param points overwritten
   * @leaks how many
   */
  public byte[] encode(List<Quotients> points) {
    State[] states = new State[points.size()];
    int[] product = X25519Field.create();
    X25519Field.one(product);
    for (int i = 0; i < states.length; i++) {
      states[i] = state(points.get(i));
      X25519Field.copy(product, 0, states[i].before, 0);
      X25519Field.mul(product, states[i].efgh, product);
    }
    field.invert(product, inverse);
    byte[] encodings = new byte[states.length * Encoding.BYTES];
    for (int i = states.length - 1; i >= 0; i--) {
      X25519Field.mul(inverse, states[i].before, inverseOfThis);
      X25519Field.mul(inverse, states[i].efgh, inverse);
      encode(points.get(i), states[i], encodings, i * Encoding.BYTES);
    }
    return encodings;
  }

  private State state(Quotients p) {
    State state = new State();
    X25519Field.mul(p.e, p.g, state.eg);
    X25519Field.mul(p.f, p.h, state.fh);
    X25519Field.mul(state.eg, state.fh, state.efgh);
    state.identity = field.zero(state.efgh);
    Field.select(state.identity, Field.ONE, state.efgh);
    return state;
  }

  /** The steps of RFC 9496, section 4.3.2, with the quotient already known. */
  private void encode(Quotients p, State state, byte[] bytes, int at) {
    int[] e = p.e;
    int[] g = p.g;
    int[] h = p.h;
    X25519Field.mul(state.eg, inverseOfThis, a); // 1/Z
    X25519Field.mul(state.fh, inverseOfThis, b); // 1/T
    X25519Field.mul(state.eg, a, c);
    int rotate = field.negative(c);
    X25519Field.negate(e, c);
    Field.select(rotate, g, e);
    Field.select(rotate, c, g);
    X25519Field.mul(p.f, Field.SQRT_M1, c);
    Field.select(rotate, c, h);

    X25519Field.mul(h, e, c);
    X25519Field.mul(c, a, c);
    Field.negate(field.negative(c), g);
    X25519Field.copy(Field.INVSQRT_A_MINUS_D, 0, c, 0);
    Field.select(rotate, Field.SQRT_M1, c);
    X25519Field.mul(b, g, b);
    X25519Field.mul(b, c, b);
    X25519Field.sub(h, g, a);
    X25519Field.mul(a, b, a);
    field.absolute(a, b);
    X25519Field.zero(c);
    Field.select(state.identity, c, b);
    Field.encode(b, bytes, at);
  }
}
