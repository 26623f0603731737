package org.blindbook.client;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.prng.EntropySource;
import org.bouncycastle.crypto.prng.SP800SecureRandomBuilder;

/** Every use of HMAC-SHA256 in this library: keys and numbers that come of other secrets. */
final class Derivation {
  /** The strength asked of the generator, in bits. */
  private static final int STRENGTH = 256;

  private final byte[] label;

  /**
   * @param label ASCII; keeps what comes of a secret here apart from what comes of it elsewhere
   */
  Derivation(String label) {
    this.label = label.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * HKDF-SHA256 (RFC 5869), with the label as its info.
   *
   * @param salt may be empty
   * @param length at most 8,160
   */
  byte[] bytes(byte[] secret, byte[] salt, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(secret, salt, label));
    byte[] derived = new byte[length];
    hkdf.generateBytes(derived, 0, length);
    return derived;
  }

  /**
   * The same numbers each time: HMAC_DRBG (NIST SP 800-90A, section 10.1.2) with SHA-256, whose
   * entropy is {@link #bytes} of the seed without a salt, and whose personalization is the label.
   */
  SecureRandom numbers(byte[] seed) {
    byte[] entropy = bytes(seed, new byte[0], STRENGTH / Byte.SIZE);
    return new SP800SecureRandomBuilder(bits -> new Once(entropy))
        .setSecurityStrength(STRENGTH)
        .setEntropyBitsRequired(STRENGTH)
        .setPersonalizationString(label)
        .buildHMAC(new HMac(new SHA256Digest()), new byte[0], false);
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
        throw new IllegalStateException("numbers come from one seed");
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
