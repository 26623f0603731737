package org.blindbook.protocol.oprf;

import java.security.SecureRandom;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * The secret key of an evaluator, which has it as long as it runs. Whoever has it can compute the
 * function for every phone number there is.
 */
public final class EvaluatorKey {
  public static final int BYTES = Scalar.BYTES;

  private final Scalar scalar;
  private final Scalar half;
  private final byte[] publicKey = new byte[Encoding.BYTES];

  private EvaluatorKey(Scalar scalar) {
    this.scalar = scalar;
    this.half = scalar.half();
    Element element = new Element();
    new ScalarMultiplication().multiplyGenerator(scalar, element);
    new Encoding().encode(element, publicKey, 0);
  }

  /**
   * A fresh key.
   *
   * @leaks nothing
   */
  public static EvaluatorKey random(SecureRandom random) {
    return new EvaluatorKey(Scalar.random(random));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws OprfException when it is no key
   * @leaks whether it is one
   */
  public static EvaluatorKey decode(byte[] bytes) throws OprfException {
    if (bytes.length != BYTES) {
      throw new OprfException(Reason.KEY);
    }
    Scalar scalar = Scalar.decode(bytes, 0).orElseThrow(() -> new OprfException(Reason.KEY));
    if (scalar.isZero()) {
      throw new OprfException(Reason.KEY);
    }
    return new EvaluatorKey(scalar);
  }

  /**
   * The secret, for sealing; a new array, which the caller wipes.
   *
   * @leaks nothing
   */
  public byte[] encode() {
    return scalar.encode();
  }

  /**
   * The encoding of the key times the generator, by which an evaluator is known; a new array.
   *
   * @leaks nothing: it is public
   */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The key itself.
   *
   * @leaks nothing
   */
  Scalar scalar() {
    return scalar;
  }

  /**
   * Half the key, for results that are encoded as doubles.
   *
   * @leaks nothing
   */
  Scalar half() {
    return half;
  }

  @Override
  public String toString() {
    return "EvaluatorKey[hidden]";
  }
}
