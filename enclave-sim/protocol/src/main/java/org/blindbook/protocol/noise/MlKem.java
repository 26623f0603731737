package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/** ML-KEM-1024 (FIPS 203) by Bouncy Castle, as the KEM of the hfs extension. */
final class MlKem {
  static final int PUBLIC_KEY_BYTES = 1568;
  static final int CIPHERTEXT_BYTES = 1568;

  /** A shared secret and its encapsulation. */
  record Encapsulated(byte[] ciphertext, byte[] secret) {}

  /** The client's key of one connection. */
  static final class KeyPair {
    private final byte[] publicKey;
    private final MLKEMPrivateKeyParameters privateKey;

    KeyPair(SecureRandom random) {
      MLKEMKeyPairGenerator generator = new MLKEMKeyPairGenerator();
      generator.init(new MLKEMKeyGenerationParameters(random, MLKEMParameters.ml_kem_1024));
      AsymmetricCipherKeyPair pair = generator.generateKeyPair();
      publicKey = ((MLKEMPublicKeyParameters) pair.getPublic()).getEncoded();
      privateKey = (MLKEMPrivateKeyParameters) pair.getPrivate();
    }

    byte[] publicKey() {
      return publicKey.clone();
    }

    byte[] decapsulate(byte[] ciphertext) {
      return new MLKEMExtractor(privateKey).extractSecret(ciphertext);
    }
  }

  private MlKem() {}

  static Encapsulated encapsulate(byte[] publicKey, SecureRandom random) throws NoiseException {
    MLKEMPublicKeyParameters key;
    try {
      // Checks the modulus (FIPS 203, section 7.2) and throws on a key that fails it.
      key = new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_1024, publicKey);
    } catch (IllegalArgumentException e) {
      throw new NoiseException("the other side's KEM key is invalid");
    }
    SecretWithEncapsulation secret = new MLKEMGenerator(random).generateEncapsulated(key);
    return new Encapsulated(secret.getEncapsulation(), secret.getSecret());
  }
}
