package org.blindbook.platform;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Properties;
import java.util.Set;
import org.blindbook.attestation.EnclaveSigner;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SigStruct;

/**
 * The key of an enclave's developer: RSA, 3072 bits, exponent 3. Whoever holds it can make enclaves
 * that open what this signer's enclaves sealed, so an operator should not.
 */
final class SigningKey {
  private static final String DEVELOPMENT_KEY = "published-development-key.properties";
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final BigInteger EXPONENT = BigInteger.valueOf(SigStruct.EXPONENT);

  private final RSAPrivateCrtKey key;

  private SigningKey(RSAPrivateCrtKey key) {
    this.key = key;
  }

  /**
   * The key that this source tree publishes, so that a build needs no secret. It protects nothing.
   */
  static SigningKey published() {
    Properties primes = new Properties();
    try (InputStream in = SigningKey.class.getResourceAsStream(DEVELOPMENT_KEY)) {
      primes.load(in);
      return new SigningKey(
          ofPrimes(
              new BigInteger(primes.getProperty("p"), 16),
              new BigInteger(primes.getProperty("q"), 16)));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the published development key is damaged", e);
    }
  }

  private static RSAPrivateCrtKey ofPrimes(BigInteger p, BigInteger q)
      throws GeneralSecurityException {
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    BigInteger d = EXPONENT.modInverse(p1.multiply(q1));
    return (RSAPrivateCrtKey)
        KeyFactory.getInstance("RSA")
            .generatePrivate(
                new RSAPrivateCrtKeySpec(
                    p.multiply(q), EXPONENT, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)));
  }

  /** Reads a PKCS#8 key in PEM, as {@code openssl genrsa -3 3072} makes it. */
  static SigningKey read(Path file) throws PlatformException {
    try {
      String pem = Files.readString(file, StandardCharsets.US_ASCII);
      int from = pem.indexOf(BEGIN);
      int to = pem.indexOf(END);
      if (from >= 0 && from < to) {
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(from + BEGIN.length(), to));
        if (KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der))
                instanceof RSAPrivateCrtKey key
            && key.getModulus().bitLength() == 8 * SigStruct.MODULUS_BYTES
            && key.getPublicExponent().equals(EXPONENT)) {
          return new SigningKey(key);
        }
      }
    } catch (IOException e) {
      throw new PlatformException(
          "The signing key " + file + " cannot be read: check the path and its permissions.");
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Falls through to the same sentence.
    }
    throw new PlatformException(
        "The signing key "
            + file
            + " is not an RSA key of 3072 bits with exponent 3 in PKCS#8 PEM: make one with openssl"
            + " genrsa -3 3072.");
  }

  /** What enclaves of this signer are known by, 32 bytes. */
  byte[] mrSigner() {
    byte[] nobody = new byte[ReportBody.MEASUREMENT_BYTES];
    return EnclaveSigner.mrSigner(
        SigStruct.unsigned(
            new SigStruct.Statement(
                LocalDate.EPOCH, Attributes.of(Set.of()), Attributes.mask(true), nobody, 0, 0),
            key.getModulus()));
  }

  SigStruct sign(SigStruct.Statement statement) {
    SigStruct unsigned = SigStruct.unsigned(statement, key.getModulus());
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(key);
      signer.update(unsigned.signedBytes());
      return unsigned.withSignature(new BigInteger(1, signer.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot sign with RSA", e);
    }
  }
}
