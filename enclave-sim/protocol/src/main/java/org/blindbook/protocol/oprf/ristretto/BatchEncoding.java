package org.blindbook.protocol.oprf.ristretto;

import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Encodes 2P for many elements P with one inversion for all, where {@link Encoding} takes a square
 * root for each. The coordinates of 2P make the square root of the encoding a plain quotient (M.
 * Hamburg, "Decaf", CRYPTO 2015, section 7, and the ristretto255 literature after it); so whoever
 * has a scalar to multiply by takes half of it and encodes the double.
 *
 * <p>With e = 2XY, f = Z² + dT², g = Y² + X², h = Z² - dT², the double is (e·h : g·f : f·h : e·g).
 * It is the identity exactly where e·f·g·h = 0; then the encoding is all zeros.
 */
public final class BatchEncoding {
  private final Field field = new Field();
  private final int[] a = X25519Field.create();
  private final int[] b = X25519Field.create();
  private final int[] c = X25519Field.create();
  private final int[] inverse = X25519Field.create();
  private final int[] inverseOfThis = X25519Field.create();

  /** The quotients of one element, and the product of all denominators before it. */
  private static final class State {
    final int[] e = X25519Field.create();
    final int[] f = X25519Field.create();
    final int[] g = X25519Field.create();
    final int[] h = X25519Field.create();
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
    State[] states = new State[elements.size()];
    int[] product = X25519Field.create();
    X25519Field.one(product);
    for (int i = 0; i < states.length; i++) {
      states[i] = state(elements.get(i));
      X25519Field.copy(product, 0, states[i].before, 0);
      X25519Field.mul(product, states[i].efgh, product);
    }
    field.invert(product, inverse);
    byte[] encodings = new byte[states.length * Encoding.BYTES];
    for (int i = states.length - 1; i >= 0; i--) {
      X25519Field.mul(inverse, states[i].before, inverseOfThis);
      X25519Field.mul(inverse, states[i].efgh, inverse);
      encode(states[i], encodings, i * Encoding.BYTES);
    }
    return encodings;
  }

  private State state(Element p) {
    State state = new State();
    X25519Field.mul(p.x, p.y, state.e);
    X25519Field.add(state.e, state.e, state.e);
    X25519Field.carry(state.e);
    X25519Field.sqr(p.z, a);
    X25519Field.sqr(p.t, b);
    X25519Field.mul(b, Field.D, b);
    X25519Field.apm(a, b, state.f, state.h);
    X25519Field.carry(state.f);
    X25519Field.carry(state.h);
    X25519Field.sqr(p.y, a);
    X25519Field.sqr(p.x, b);
    X25519Field.add(a, b, state.g);
    X25519Field.carry(state.g);
    X25519Field.mul(state.e, state.g, state.eg);
    X25519Field.mul(state.f, state.h, state.fh);
    X25519Field.mul(state.eg, state.fh, state.efgh);
    state.identity = field.zero(state.efgh);
    Field.select(state.identity, Field.ONE, state.efgh);
    return state;
  }

  /** The steps of RFC 9496, section 4.3.2, on the double, with the quotient already known. */
  private void encode(State state, byte[] bytes, int at) {
    int[] e = state.e;
    int[] g = state.g;
    int[] h = state.h;
    X25519Field.mul(state.eg, inverseOfThis, a); // 1/Z of the double
    X25519Field.mul(state.fh, inverseOfThis, b); // 1/T of the double
    X25519Field.mul(state.eg, a, c);
    int rotate = field.negative(c);
    X25519Field.negate(e, c);
    Field.select(rotate, g, e);
    Field.select(rotate, c, g);
    X25519Field.mul(state.f, Field.SQRT_M1, c);
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
