package org.blindbook.protocol.oprf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * Fills a batch up to a public size. An element that stands for no input is the generator times a
 * hash of the request's nonce, so its evaluation tells nothing: it is the public key times that
 * hash. An evaluator that charges for the rest makes sure, without looking, that what it did not
 * charge for is of no use. Whoever does not know the nonce cannot tell padding from the rest, not
 * even by the weights that it gets in the proof.
 */
public final class Padding {
  private static final byte[] DOMAIN = "blindbook padding v1".getBytes(US_ASCII);

  private final byte[] encoded;

  /**
   * The padding of a request.
   *
   * @param nonce secret
   * @leaks the length of the nonce
   */
  public Padding(byte[] nonce) {
    Scalar scalar = new Ciphersuite().hashToScalarUnder(DOMAIN, nonce);
    Scalar half = scalar.half();
    Element element = new Element();
    new ScalarMultiplication().multiplyGenerator(half, element);
    encoded = new BatchEncoding().encodeDoubles(List.of(element));
    scalar.wipe();
    half.wipe();
  }

  /**
   * Overwrites every element from {@code count} on; all bytes are read and written, whatever the
   * count.
   *
   * @leaks how many elements there are, and not the count
   */
  public void write(byte[] elements, int count) {
    for (int i = 0; i < elements.length; i++) {
      int keep = (i / Encoding.BYTES - count) >> 31;
      elements[i] = (byte) (elements[i] & keep | encoded[i % Encoding.BYTES] & ~keep);
    }
  }
}
