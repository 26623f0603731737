package org.blindbook.edge.channel;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/** The client's ML-KEM-1024 key (FIPS 203) of one connection, by Bouncy Castle. */
final class KemKeyPair {
  private final byte[] publicKey;
  private final MLKEMPrivateKeyParameters privateKey;

  KemKeyPair(SecureRandom random) {
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
