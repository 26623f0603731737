package org.blindbook.protocol.oprf;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;
import org.blindbook.protocol.oprf.ristretto.VartimeMultiScalar;

/**
 * Makes the proof that every evaluated element is the blinded one times the key behind a public
 * key, one for a whole batch (RFC 9497, section 2.2.1): challenge and response, 64 bytes. Letters
 * are the RFC's.
 */
final class DleqProof {
  static final int BYTES = 2 * Scalar.BYTES;

  private final ProofTranscript transcript = new ProofTranscript();
  private final ScalarMultiplication multiplication = new ScalarMultiplication();
  private final VartimeMultiScalar sums = new VartimeMultiScalar();

  /**
   * GenerateProof.
   *
   * @param evaluated encodings of the blinded elements times the key
   * @leaks the elements, which are public; nothing of the key
   */
  byte[] generate(EvaluatorKey key, ElementList blinded, byte[] evaluated, SecureRandom random) {
    List<Scalar> weights = transcript.weights(key.publicKey(), blinded.encoded(), evaluated);
    Element m = sums.vartimeSum(weights, blinded.elements());
    return generate(key, m, Scalar.random(random));
  }

  /**
   * The part of the proof that uses the key.
   *
   * @param m the composite of the blinded elements
   * @param r fresh and uniform; wiped
   * @leaks nothing
   */
  byte[] generate(EvaluatorKey key, Element m, Scalar r) {
    Element z = new Element();
    multiplication.multiply(key.scalar(), m, z);
    Element t2 = new Element();
    multiplication.multiplyGenerator(r, t2);
    Element t3 = new Element();
    multiplication.multiply(r, m, t3);
    Scalar c = transcript.challenge(key.publicKey(), m, z, t2, t3);
    Scalar ck = c.times(key.scalar());
    Scalar s = r.minus(ck);
    r.wipe();
    ck.wipe();
    byte[] proof = Arrays.copyOf(c.encode(), BYTES);
    System.arraycopy(s.encode(), 0, proof, Scalar.BYTES, Scalar.BYTES);
    return proof;
  }
}
