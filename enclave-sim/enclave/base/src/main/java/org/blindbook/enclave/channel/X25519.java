package org.blindbook.enclave.channel;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.NoiseException;

/**
 * X25519 (RFC 7748) of the Java runtime, on bytes. The runtime's ladder swaps by masks; it keeps
 * copies of private keys that only its garbage collector takes away.
 */
final class X25519 {
  private static final String ALGORITHM = "X25519";
  private static final int BYTES = Handshake.DH_BYTES;

  /** The base point's u. */
  private static final byte[] BASE = Arrays.copyOf(new byte[] {9}, BYTES);

  private X25519() {}

  static byte[] generatePrivateKey(SecureRandom random) {
    byte[] privateKey = new byte[BYTES];
    random.nextBytes(privateKey);
    return privateKey;
  }

  /**
   * @leaks nothing
   */
  static byte[] publicKey(byte[] privateKey) {
    try {
      return agree(privateKey, BASE);
    } catch (NoiseException e) {
      throw new AssertionError("the base point has a large order", e);
    }
  }

  /**
   * The shared secret of two keys, {@value Handshake#DH_BYTES} bytes.
   *
   * @throws NoiseException when the public key is of small order
   * @leaks whether it is
   */
  static byte[] agree(byte[] privateKey, byte[] publicKey) throws NoiseException {
    try {
      KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
      KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
      agreement.init(
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey)));
      agreement.doPhase(
          keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u(publicKey))), true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      throw new NoiseException("the other side's key is of small order");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no X25519", e);
    }
  }

  /** Little-endian, without the top bit (RFC 7748, section 5). */
  private static BigInteger u(byte[] publicKey) {
    byte[] bigEndian = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bigEndian[BYTES - 1 - i] = publicKey[i];
    }
    bigEndian[0] &= 0x7F;
    return new BigInteger(1, bigEndian);
  }
}
