package org.blindbook.edge.blinding;

import java.security.MessageDigest;
import java.util.List;
import org.blindbook.protocol.oprf.ElementList;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ProofTranscript;
import org.blindbook.protocol.oprf.ristretto.Addend;
import org.blindbook.protocol.oprf.ristretto.EdwardsCurve;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;
import org.blindbook.protocol.oprf.ristretto.VartimeMultiScalar;

/**
 * Evaluated elements of which it is proven that they are the blinded ones times the key behind a
 * public key. There is no other way to have one than {@link #vartimeVerify}, and nothing is
 * unblinded that is not one: the order is the type's.
 */
final class ProvenElements {
  private final PublicKey key;
  private final ElementList evaluated;

  private ProvenElements(PublicKey key, ElementList evaluated) {
    this.key = key;
    this.evaluated = evaluated;
  }

  PublicKey key() {
    return key;
  }

  ElementList evaluated() {
    return evaluated;
  }

  /**
   * VerifyProof (RFC 9497, section 2.2.2). Letters are the RFC's.
   *
   * @param key that is expected
   * @param blinded that were sent
   * @throws OprfException when the answer is not an evaluation of these elements with this key
   * @leaks the elements and the answer, all of them public
   */
  static ProvenElements vartimeVerify(
      PublicKey key, ElementList blinded, byte[] evaluated, byte[] proof) throws OprfException {
    if (evaluated.length != blinded.encoded().length) {
      throw new OprfException(Reason.COUNT);
    }
    ElementList received = ElementList.decode(evaluated.clone());
    if (proof.length != 2 * Scalar.BYTES) {
      throw new OprfException(Reason.PROOF);
    }
    Scalar c = part(proof, 0);
    Scalar s = part(proof, Scalar.BYTES);
    ProofTranscript transcript = new ProofTranscript();
    List<Scalar> weights = transcript.weights(key.encode(), blinded.encoded(), received.encoded());
    VartimeMultiScalar sums = new VartimeMultiScalar();
    Element m = sums.vartimeSum(weights, blinded.elements());
    Element z = sums.vartimeSum(weights, received.elements());
    FixedBaseMultiplication fixed = new FixedBaseMultiplication();
    Element t2 = new Element();
    Element cK = new Element();
    fixed.multiply(s, FixedBaseTable.generator(), t2);
    fixed.multiply(c, key.table(), cK);
    add(t2, cK);
    ScalarMultiplication multiplication = new ScalarMultiplication();
    Element t3 = new Element();
    Element cZ = new Element();
    multiplication.multiply(s, m, t3);
    multiplication.multiply(c, z, cZ);
    add(t3, cZ);
    Scalar expected = transcript.challenge(key.encode(), m, z, t2, t3);
    if (!MessageDigest.isEqual(expected.encode(), c.encode())) {
      throw new OprfException(Reason.PROOF);
    }
    return new ProvenElements(key, received);
  }

  private static Scalar part(byte[] proof, int at) throws OprfException {
    return Scalar.decode(proof, at).orElseThrow(() -> new OprfException(Reason.PROOF));
  }

  private static void add(Element p, Element q) {
    Addend addend = new Addend();
    addend.set(q);
    new EdwardsCurve().add(p, addend, true);
  }
}
