package org.blindbook.protocol.oprf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.Ciphersuite.Mode;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;
import org.blindbook.protocol.oprf.ristretto.VartimeMultiScalar;

/**
 * The proof that every evaluated element is the blinded one times the key behind a public key, one
 * for a whole batch (RFC 9497, section 2.2): challenge and response, 64 bytes. Letters are the
 * RFC's.
 *
 * <p>The weights of the composites are hashes of what travels. The host of an evaluator does not
 * see that, but learns nothing from the weights: blinded elements are uniform whatever was blinded,
 * and so are evaluated ones to whoever has no key. So sums with them take variable time.
 */
final class DleqProof {
  static final int BYTES = 2 * Scalar.BYTES;

  private static final byte[] COMPOSITE = "Composite".getBytes(US_ASCII);
  private static final byte[] CHALLENGE = "Challenge".getBytes(US_ASCII);
  private static final byte[] LENGTH = Ciphersuite.length(Encoding.BYTES);

  private final Ciphersuite suite = new Ciphersuite(Mode.VOPRF);
  private final ScalarMultiplication multiplication = new ScalarMultiplication();
  private final VartimeMultiScalar sums = new VartimeMultiScalar();
  private final Encoding encoding = new Encoding();

  /**
   * GenerateProof.
   *
   * @param evaluated encodings of the blinded elements times the key
   * @leaks the elements, which are public; nothing of the key
   */
  byte[] generate(EvaluatorKey key, ElementList blinded, byte[] evaluated, SecureRandom random) {
    List<Scalar> weights = weights(key.publicKey(), blinded.encoded(), evaluated);
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
    Scalar c = challenge(key.publicKey(), m, z, t2, t3);
    Scalar ck = c.times(key.scalar());
    Scalar s = r.minus(ck);
    r.wipe();
    ck.wipe();
    byte[] proof = Arrays.copyOf(c.encode(), BYTES);
    System.arraycopy(s.encode(), 0, proof, Scalar.BYTES, Scalar.BYTES);
    return proof;
  }

  /**
   * VerifyProof.
   *
   * @leaks the elements and the answer, all of them public
   */
  boolean vartimeVerify(PublicKey key, ElementList blinded, ElementList evaluated, byte[] proof) {
    if (proof.length != BYTES) {
      return false;
    }
    Scalar s = Scalar.decode(proof, Scalar.BYTES).orElse(null);
    Scalar c = Scalar.decode(proof, 0).orElse(null);
    if (c == null || s == null) {
      return false;
    }
    List<Scalar> weights = weights(key, blinded.encoded(), evaluated.encoded());
    Element m = sums.vartimeSum(weights, blinded.elements());
    Element z = sums.vartimeSum(weights, evaluated.elements());
    Element t2 = new Element();
    Element t3 = new Element();
    Element term = new Element();
    multiplication.multiplyGenerator(s, t2);
    multiplication.multiply(c, key.element(), term);
    multiplication.add(t2, term);
    multiplication.multiply(s, m, t3);
    multiplication.multiply(c, z, term);
    multiplication.add(t3, term);
    Scalar expected = challenge(key, m, z, t2, t3);
    return MessageDigest.isEqual(expected.encode(), c.encode());
  }

  /** The weights d of ComputeComposites. */
  private List<Scalar> weights(PublicKey key, byte[] blinded, byte[] evaluated) {
    byte[] seedDomain = suite.domain("Seed-");
    byte[] seed =
        suite.hash(LENGTH, key.encode(), Ciphersuite.length(seedDomain.length), seedDomain);
    byte[] seedLength = Ciphersuite.length(seed.length);
    List<Scalar> weights = new ArrayList<>(blinded.length / Encoding.BYTES);
    for (int at = 0; at < blinded.length; at += Encoding.BYTES) {
      weights.add(
          suite.hashToScalar(
              seedLength,
              seed,
              Ciphersuite.length(at / Encoding.BYTES),
              LENGTH,
              Arrays.copyOfRange(blinded, at, at + Encoding.BYTES),
              LENGTH,
              Arrays.copyOfRange(evaluated, at, at + Encoding.BYTES),
              COMPOSITE));
    }
    return weights;
  }

  private Scalar challenge(PublicKey key, Element m, Element z, Element t2, Element t3) {
    return suite.hashToScalar(
        LENGTH,
        key.encode(),
        LENGTH,
        encode(m),
        LENGTH,
        encode(z),
        LENGTH,
        encode(t2),
        LENGTH,
        encode(t3),
        CHALLENGE);
  }

  private byte[] encode(Element element) {
    byte[] bytes = new byte[Encoding.BYTES];
    encoding.encode(element, bytes, 0);
    return bytes;
  }
}
