package org.blindbook.protocol.oprf;

import java.security.SecureRandom;
import org.blindbook.protocol.oprf.Ciphersuite.Mode;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * The secret key of an evaluator. Whoever has it can compute the function for every phone number
 * there is. Its holder wipes it.
 */
public final class EvaluatorKey {
  public static final int BYTES = Scalar.BYTES;

  /** Length of the seed of {@link #derive}. */
  public static final int SEED_BYTES = 32;

  private final Scalar scalar;
  private final Scalar half;
  private final PublicKey publicKey;

  private EvaluatorKey(Scalar scalar) {
    this.scalar = scalar;
    this.half = scalar.half();
    Element element = new Element();
    new ScalarMultiplication().multiplyGenerator(scalar, element);
    byte[] encoded = new byte[PublicKey.BYTES];
    new Encoding().encode(element, encoded, 0);
    this.publicKey = new PublicKey(encoded, element);
  }

  /** A fresh key. */
  public static EvaluatorKey random(SecureRandom random) {
    return new EvaluatorKey(Scalar.random(random));
  }

  /**
   * The key of a seed (RFC 9497, section 3.2.1).
   *
   * @param seed {@value #SEED_BYTES} secret bytes
   * @param info public, at most 65,535 bytes
   */
  public static EvaluatorKey derive(byte[] seed, byte[] info) {
    return derive(Mode.VOPRF, seed, info);
  }

  static EvaluatorKey derive(Mode mode, byte[] seed, byte[] info) {
    if (seed.length != SEED_BYTES || info.length > Ciphersuite.MAX_INPUT_BYTES) {
      throw new IllegalArgumentException("the seed or the info has not the right length");
    }
    Ciphersuite suite = new Ciphersuite(mode);
    byte[] domain = suite.domain("DeriveKeyPair");
    byte counter = 0;
    Scalar scalar;
    do { // a second round has probability 2^-252
      byte[] length = Ciphersuite.length(info.length);
      scalar = suite.hashToScalarUnder(domain, seed, length, info, new byte[] {counter++});
    } while (scalar.isZero());
    return new EvaluatorKey(scalar);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws OprfException when it is no key
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

  /** The secret, for sealing; a new array, which the caller wipes. */
  public byte[] encode() {
    return scalar.encode();
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  Scalar scalar() {
    return unlessWiped(scalar);
  }

  /** Half the key, for results that are encoded as doubles. */
  Scalar half() {
    return unlessWiped(half);
  }

  /** With zero for a key the function would be a hash that anybody can compute. */
  private static Scalar unlessWiped(Scalar secret) {
    if (secret.isZero()) {
      throw new IllegalStateException("the evaluator's key is wiped");
    }
    return secret;
  }

  /**
   * Overwrites the secret. Evaluators that have the key refuse to work afterwards; none may be at
   * work.
   */
  public void wipe() {
    scalar.wipe();
    half.wipe();
  }

  @Override
  public String toString() {
    return "EvaluatorKey[hidden]";
  }
}
