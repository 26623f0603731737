package org.blindbook.protocol.oprf.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.junit.jupiter.api.Test;

/** Laws of the group, on seeded random elements. */
class GroupTest {
  private static final long SEED = 20250103;

  private final Random random = new Random(SEED);
  private final Encoding encoding = new Encoding();
  private final ScalarMultiplication multiplication = new ScalarMultiplication();

  private Element element() {
    Element element = new Element();
    multiplication.multiplyGenerator(scalar(), element);
    return element;
  }

  private Scalar scalar() {
    byte[] wide = new byte[Scalar.WIDE_BYTES];
    random.nextBytes(wide);
    return Scalar.reduce(wide);
  }

  private Element times(Scalar k, Element p) {
    Element product = new Element();
    multiplication.multiply(k, p, product);
    return product;
  }

  static Element sum(Element p, Element q) {
    Element sum = new Element();
    sum.set(p);
    Addend addend = new Addend();
    addend.set(q);
    new EdwardsCurve().add(sum, addend, true);
    return sum;
  }

  private byte[] encoded(Element p) {
    byte[] bytes = new byte[Encoding.BYTES];
    encoding.encode(p, bytes, 0);
    return bytes;
  }

  private Element decoded(byte[] bytes) {
    Element p = new Element();
    assertThat(encoding.decode(bytes, 0, p)).isTrue();
    return p;
  }

  private void assertSame(Element p, Element q) {
    assertThat(encoded(p)).as("seed %d", SEED).isEqualTo(encoded(q));
  }

  @Test
  void multiplicationIsLinearInBothArguments() {
    for (int i = 0; i < 20; i++) {
      Element p = element();
      Element q = element();
      Scalar a = scalar();
      Scalar b = scalar();
      assertSame(times(a, sum(p, q)), sum(times(a, p), times(a, q)));
      assertSame(times(a.plus(b), p), sum(times(a, p), times(b, p)));
      assertSame(times(a.times(b), p), times(a, times(b, p)));
      assertSame(sum(sum(p, q), times(a, p)), sum(p, sum(q, times(a, p))));
    }
  }

  @Test
  void edgeScalars() {
    Element p = element();
    Element identity = new Element();
    Scalar zero = ScalarTest.scalar(BigInteger.ZERO);
    Scalar one = ScalarTest.scalar(BigInteger.ONE);
    Scalar minusOne = zero.minus(one);
    assertSame(times(zero, p), identity);
    assertSame(times(one, p), p);
    assertSame(sum(times(minusOne, p), p), identity);
    assertThat(encoding.isIdentity(times(zero, p))).isTrue();
    assertThat(encoded(identity)).isEqualTo(new byte[Encoding.BYTES]);
    for (BigInteger value : ScalarTest.values()) {
      Scalar k = ScalarTest.scalar(value);
      assertSame(sum(times(k, p), p), times(k.plus(one), p));
    }
  }

  @Test
  void encodingsComeBack() {
    for (int i = 0; i < 50; i++) {
      Element p = element();
      assertSame(decoded(encoded(p)), p);
    }
  }

  /** All points that stand for one element: four of them, each in any scaling. */
  @Test
  void representationsOfOneElementAreEqual() {
    int[][] torsion = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}}; // x by sqrt(-1)
    for (int i = 0; i < 10; i++) {
      Element p = element();
      for (int[] each : torsion) {
        Element q = new Element();
        scaled(each[0], q.x);
        X25519Field.mul(q.x, Field.SQRT_M1, q.x);
        scaled(each[1], q.y);
        assertThat(new BatchEncoding().encodeDoubles(List.of(q))).containsOnly(0);
        Element shifted = sum(p, q);
        int[] factor = element().x;
        for (int[] coordinate : List.of(shifted.x, shifted.y, shifted.z, shifted.t)) {
          X25519Field.mul(coordinate, factor, coordinate);
        }
        assertSame(shifted, p);
        assertThat(encoded(shifted)).isNotEqualTo(encoded(element()));
        Scalar k = scalar();
        assertThat(new BatchEncoding().encodeDoubles(List.of(times(k, shifted))))
            .isEqualTo(encoded(times(k.plus(k), p)));
      }
    }
  }

  private static void scaled(int sign, int[] z) {
    X25519Field.one(z);
    X25519Field.mul(z, sign, z);
  }

  @Test
  void batchesOfDoublesAreEncodedAsOneByOne() {
    List<Element> elements = new ArrayList<>();
    byte[] expected = new byte[40 * Encoding.BYTES];
    for (int i = 0; i < 40; i++) {
      Element p = i % 7 == 3 ? new Element() : element();
      elements.add(p);
      System.arraycopy(encoded(sum(p, p)), 0, expected, i * Encoding.BYTES, Encoding.BYTES);
    }
    assertThat(new BatchEncoding().encodeDoubles(elements)).isEqualTo(expected);
    assertThat(new BatchEncoding().encodeDoubles(List.of())).isEmpty();
  }

  @Test
  void sumsOfManyProductsAreThoseOfSingleOnes() {
    for (int size : new int[] {0, 1, 2, 3, 10, 100}) {
      List<Scalar> scalars = new ArrayList<>();
      List<Element> elements = new ArrayList<>();
      Element expected = new Element();
      List<BigInteger> edges = ScalarTest.values();
      for (int i = 0; i < size; i++) {
        scalars.add(i % 2 == 0 ? scalar() : ScalarTest.scalar(edges.get(i % edges.size())));
        elements.add(i % 9 == 8 ? elements.get(0) : decoded(encoded(element())));
        expected = sum(expected, times(scalars.get(i), elements.get(i)));
      }
      assertSame(new VartimeMultiScalar().vartimeSum(scalars, elements), expected);
    }
  }
}
