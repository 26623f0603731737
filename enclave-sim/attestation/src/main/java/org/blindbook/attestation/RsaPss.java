package org.blindbook.attestation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * RSASSA-PSS (RFC 8017, section 8.1) with SHA-384, MGF1 with SHA-384, 48 bytes of salt and 4096-bit
 * keys: the one signature on AMD's certificates and revocation lists (VCEK Certificate and KDS
 * Interface Specification, section 3). Verification only, on public values.
 *
 * <p>The Java runtime computes it: Bouncy Castle's own RSA searches each new modulus for small
 * factors first, which takes longer than all the rest.
 */
final class RsaPss {
  private static final int MODULUS_BITS = 4096;
  private static final int SALT_BYTES = 48;
  private static final PSSParameterSpec PARAMETERS =
      new PSSParameterSpec(
          "SHA-384",
          "MGF1",
          MGF1ParameterSpec.SHA384,
          SALT_BYTES,
          PSSParameterSpec.TRAILER_FIELD_BC);

  private RsaPss() {}

  /** Whether the algorithm is this one, its parameters written with or without their defaults. */
  static boolean isStatedBy(AlgorithmIdentifier algorithm) {
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
      return false;
    }
    try {
      RSASSAPSSparams stated = RSASSAPSSparams.getInstance(algorithm.getParameters());
      AlgorithmIdentifier mask = stated.getMaskGenAlgorithm();
      return isSha384(stated.getHashAlgorithm())
          && mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
          && isSha384(AlgorithmIdentifier.getInstance(mask.getParameters()))
          && stated.getSaltLength().equals(BigInteger.valueOf(SALT_BYTES))
          && stated.getTrailerField().equals(BigInteger.ONE);
    } catch (RuntimeException e) {
      return false; // parameters of another kind
    }
  }

  private static boolean isSha384(AlgorithmIdentifier algorithm) {
    return algorithm.getAlgorithm().equals(NISTObjectIdentifiers.id_sha384);
  }

  static boolean vartimeVerify(
      SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
    if (!isStatedBy(algorithm)
        || !key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return false;
    }
    try {
      RSAPublicKey numbers = RSAPublicKey.getInstance(key.parsePublicKey());
      if (numbers.getModulus().bitLength() != MODULUS_BITS
          || signature.length != MODULUS_BITS / Byte.SIZE) {
        return false;
      }
      ByteBuffer entry =
          KnownSignatures.entry(key.getEncoded(), Digests.sha384(List.of(message)), signature);
      if (KnownSignatures.contains(entry)) {
        return true;
      }
      PublicKey publicKey =
          KeyFactory.getInstance("RSA")
              .generatePublic(
                  new RSAPublicKeySpec(numbers.getModulus(), numbers.getPublicExponent()));
      Signature verifier = Signature.getInstance("RSASSA-PSS");
      verifier.setParameter(PARAMETERS);
      verifier.initVerify(publicKey);
      verifier.update(message);
      boolean valid = verifier.verify(signature);
      if (valid) {
        KnownSignatures.add(entry);
      }
      return valid;
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      return false; // a key or signature that is none
    }
  }
}
