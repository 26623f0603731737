package org.blindbook.protocol.oprf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;

/**
 * What whoever makes a proof and whoever verifies it hash alike (RFC 9497, section 2.2). Letters
 * are the RFC's. For one thread.
 *
 * <p>The weights of the composites are hashes of what travels. The host of an evaluator does not
 * see that, but learns nothing from the weights: blinded elements are uniform whatever was blinded,
 * and so are evaluated ones to whoever has no key. So sums with them take variable time.
 */
public final class ProofTranscript {
  private static final byte[] COMPOSITE = "Composite".getBytes(US_ASCII);
  private static final byte[] CHALLENGE = "Challenge".getBytes(US_ASCII);
  private static final byte[] SEED_DOMAIN = Ciphersuite.domain("Seed-");
  private static final byte[] LENGTH = Ciphersuite.length(Encoding.BYTES);

  private final Ciphersuite suite = new Ciphersuite();
  private final Encoding encoding = new Encoding();

  /**
   * The weights d of ComputeComposites.
   *
   * @param key the encoding of the public key
   * @param blinded encodings of 32 bytes, one after the other
   * @param evaluated as many
   * @leaks how many; nothing else is secret
   */
  public List<Scalar> weights(byte[] key, byte[] blinded, byte[] evaluated) {
    byte[] seed = suite.hash(LENGTH, key, Ciphersuite.length(SEED_DOMAIN.length), SEED_DOMAIN);
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

  /**
   * The challenge c.
   *
   * @param key the encoding of the public key
   * @leaks nothing
   */
  public Scalar challenge(byte[] key, Element m, Element z, Element t2, Element t3) {
    return suite.hashToScalar(
        LENGTH,
        key,
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
