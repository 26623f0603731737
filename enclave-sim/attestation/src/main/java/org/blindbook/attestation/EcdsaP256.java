package org.blindbook.attestation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.util.BigIntegers;

/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5, section 6.4.2): the one signature Intel's documents,
 * certificates and quotes use. Verification only, on public values. Anything that is not a valid
 * signature, malformed keys and numbers included, is {@code false}.
 */
final class EcdsaP256 {
  private static final ECDomainParameters CURVE = curve();
  private static final AlgorithmIdentifier EC_KEY =
      new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);

  private EcdsaP256() {}

  private static ECDomainParameters curve() {
    X9ECParameters p256 = CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
    return new ECDomainParameters(p256.getCurve(), p256.getG(), p256.getN(), p256.getH());
  }

  /**
   * @param key x and y, 32 bytes each
   * @param signature r and s, 32 bytes each
   */
  static boolean vartimeVerifyRaw(byte[] key, byte[] message, byte[] signature) {
    if (key.length != 64 || signature.length != 64) {
      return false;
    }
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(key, 0, point, 1, 64);
    return vartimeVerify(
        point,
        message,
        new BigInteger(1, Arrays.copyOfRange(signature, 0, 32)),
        new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)));
  }

  /** A raw signature by the key of a certificate. */
  static boolean vartimeVerifyRaw(SubjectPublicKeyInfo key, byte[] message, byte[] signature) {
    byte[] point = key.getPublicKeyData().getBytes();
    return isP256(key)
        && point.length == 65
        && vartimeVerifyRaw(Arrays.copyOfRange(point, 1, 65), message, signature);
  }

  /** A signature on a certificate or a revocation list: DER, with its algorithm stated. */
  static boolean vartimeVerifyDer(
      SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
    if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256) || !isP256(key)) {
      return false;
    }
    try {
      ASN1Sequence pair = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(signature));
      if (pair.size() != 2 || !Arrays.equals(pair.getEncoded("DER"), signature)) {
        return false;
      }
      return vartimeVerify(
          key.getPublicKeyData().getBytes(),
          message,
          ASN1Integer.getInstance(pair.getObjectAt(0)).getValue(),
          ASN1Integer.getInstance(pair.getObjectAt(1)).getValue());
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean isP256(SubjectPublicKeyInfo key) {
    return key.getAlgorithm().equals(EC_KEY);
  }

  private static boolean vartimeVerify(byte[] point, byte[] message, BigInteger r, BigInteger s) {
    if (point.length != 65 || point[0] != 4 || !inRange(r) || !inRange(s)) {
      return false;
    }
    byte[] digest = sha256(message);
    ByteBuffer entry =
        KnownSignatures.entry(
            point,
            digest,
            BigIntegers.asUnsignedByteArray(32, r),
            BigIntegers.asUnsignedByteArray(32, s));
    if (KnownSignatures.contains(entry)) {
      return true;
    }
    ECDSASigner signer = new ECDSASigner();
    try {
      signer.init(false, new ECPublicKeyParameters(CURVE.getCurve().decodePoint(point), CURVE));
    } catch (IllegalArgumentException e) {
      return false; // not a point of the curve
    }
    boolean valid = signer.verifySignature(digest, r, s);
    if (valid) {
      KnownSignatures.add(entry);
    }
    return valid;
  }

  private static boolean inRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(CURVE.getN()) < 0;
  }

  /** The digest of the parts, one after the other. */
  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }
}
