package org.blindbook.client;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.OprfException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.prng.EntropySource;
import org.bouncycastle.crypto.prng.SP800SecureRandomBuilder;

/**
 * An evaluation that was planned and perhaps sent. Seed and contacts give every byte of the
 * request: repeated, it is the same request, which is charged once.
 *
 * <p>The evaluator sees the retry nonce. Whoever knows the blinds learns the contacts. So neither
 * can be computed from the other: both come from the seed, which is stored with the contacts it is
 * for, is used for no others, and is never sent.
 *
 * @param seed {@value #SEED_BYTES} random bytes
 * @param contacts at least one; in the order in which they are sent
 */
record PendingEvaluation(byte[] seed, List<Identifier> contacts) {
  static final int SEED_BYTES = 32;

  /** The strength asked of the generator, in bits. */
  private static final int STRENGTH = 256;

  private static final byte[] NONCE_LABEL = label("blindbook evaluation retry nonce v1");
  private static final byte[] BLINDS_LABEL = label("blindbook evaluation blinds v1");

  private static byte[] label(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** HKDF-SHA256 (RFC 5869) of the seed. */
  byte[] retryNonce() {
    return derived(NONCE_LABEL, EvaluationRequest.NONCE_BYTES);
  }

  /**
   * The contacts, blinded, and padded to their size class.
   *
   * @leaks how many contacts there are, and the lengths of their canonical forms, by time
   */
  Blinding blinding() {
    List<byte[]> inputs = contacts.stream().map(LookupKey::blindedInput).toList();
    try {
      int capacity = SizeClass.holding(inputs.size()).orElseThrow();
      return new Blinding(inputs, capacity, retryNonce(), blinds());
    } catch (OprfException e) {
      throw new IllegalStateException("identifiers are short, and a class has room for them", e);
    }
  }

  /** HMAC_DRBG (NIST SP 800-90A, section 10.1.2) with SHA-256, instantiated with the seed. */
  private SecureRandom blinds() {
    byte[] entropy = derived(BLINDS_LABEL, STRENGTH / Byte.SIZE);
    return new SP800SecureRandomBuilder(bits -> new Once(entropy))
        .setSecurityStrength(STRENGTH)
        .setEntropyBitsRequired(STRENGTH)
        .setPersonalizationString(BLINDS_LABEL)
        .buildHMAC(new HMac(new SHA256Digest()), new byte[0], false);
  }

  private byte[] derived(byte[] label, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(seed, null, label));
    byte[] derived = new byte[length];
    hkdf.generateBytes(derived, 0, length);
    return derived;
  }

  @Override
  public String toString() {
    return "PendingEvaluation[redacted]";
  }

  /** Gives the generator its seed, and no second one: numbers must not change by reseeding. */
  private static final class Once implements EntropySource {
    private final byte[] entropy;
    private boolean taken;

    Once(byte[] entropy) {
      this.entropy = entropy;
    }

    @Override
    public boolean isPredictionResistant() {
      return false;
    }

    @Override
    public byte[] getEntropy() {
      if (taken) {
        throw new IllegalStateException("blinds come from one seed");
      }
      taken = true;
      return entropy.clone();
    }

    @Override
    public int entropySize() {
      return STRENGTH;
    }
  }
}
