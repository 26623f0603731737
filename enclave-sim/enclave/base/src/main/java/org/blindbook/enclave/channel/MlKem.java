package org.blindbook.enclave.channel;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.NoiseException;

/** ML-KEM-1024 (FIPS 203) of the Java runtime, as the KEM of the hfs extension. */
final class MlKem {
  private static final String ALGORITHM = "ML-KEM-1024";

  /** What comes before the key in a SubjectPublicKeyInfo (RFC 9935). */
  private static final byte[] PUBLIC_KEY_INFO =
      HexFormat.of().parseHex("30820632300b060960864801650304040303820621" + "00");

  private MlKem() {}

  /**
   * A fresh secret for the holder of a key.
   *
   * @param publicKey {@value Handshake#KEM_BYTES} bytes
   * @throws NoiseException when it is none (FIPS 203, section 7.2)
   * @leaks whether it is
   */
  static KEM.Encapsulated encapsulate(byte[] publicKey, SecureRandom random) throws NoiseException {
    byte[] encoded =
        ByteBuffer.allocate(PUBLIC_KEY_INFO.length + publicKey.length)
            .put(PUBLIC_KEY_INFO)
            .put(publicKey)
            .array();
    try {
      return KEM.getInstance(ALGORITHM)
          .newEncapsulator(
              KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)),
              random)
          .encapsulate();
    } catch (InvalidKeySpecException | InvalidKeyException e) {
      throw new NoiseException("the other side's KEM key is invalid");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no ML-KEM-1024", e);
    }
  }
}
