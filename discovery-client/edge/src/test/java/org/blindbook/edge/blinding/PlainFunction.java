package org.blindbook.edge.blinding;

import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.ristretto.Addend;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.EdwardsCurve;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/** The function of blinded mode by its definition, one element at a time, with the key at hand. */
final class PlainFunction {
  private PlainFunction() {}

  static byte[] output(EvaluatorKey key, byte[] input) {
    Scalar k = Scalar.decode(key.encode(), 0).orElseThrow();
    return new Finalize().output(input, encoded(times(k, hashed(input))), 0);
  }

  static List<byte[]> outputs(EvaluatorKey key, List<byte[]> inputs) {
    return inputs.stream().map(input -> output(key, input)).toList();
  }

  static Element hashed(byte[] input) {
    QuarticPoint point = new QuarticPoint();
    new HashToGroup().hash(input, point);
    return decoded(new BatchEncoding().encode(List.of(point.quotients())));
  }

  static Element times(Scalar k, Element p) {
    Element product = new Element();
    new ScalarMultiplication().multiply(k, p, product);
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

  static Element negative(Element p) {
    Scalar one = Scalar.decode(Arrays.copyOf(new byte[] {1}, Scalar.BYTES), 0).orElseThrow();
    return times(one.minus(one).minus(one), p);
  }

  static byte[] encoded(Element p) {
    byte[] bytes = new byte[Encoding.BYTES];
    new Encoding().encode(p, bytes, 0);
    return bytes;
  }

  static Element decoded(byte[] bytes) {
    Element p = new Element();
    if (!new Encoding().decode(bytes, 0, p)) {
      throw new AssertionError("not an encoding");
    }
    return p;
  }
}
