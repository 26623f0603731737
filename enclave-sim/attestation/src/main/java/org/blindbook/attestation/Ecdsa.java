package org.blindbook.attestation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
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
 * ECDSA (FIPS 186-5, section 6.4.2). Verification only, on public values. Anything that is not a
 * valid signature, malformed keys and numbers included, is {@code false}.
 */
enum Ecdsa {
  /** With SHA-256: Intel's documents, certificates and quotes. */
  P256(SECObjectIdentifiers.secp256r1, X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA-256", 32),
  /** With SHA-384: AMD's reports. */
  P384(SECObjectIdentifiers.secp384r1, X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA-384", 48);

  private static final byte UNCOMPRESSED = 4;

  private final ECDomainParameters curve;
  private final AlgorithmIdentifier keyAlgorithm;
  private final ASN1ObjectIdentifier signatureAlgorithm;
  private final String hash;
  private final int bytes;

  Ecdsa(
      ASN1ObjectIdentifier curve, ASN1ObjectIdentifier signatureAlgorithm, String hash, int bytes) {
    X9ECParameters named = CustomNamedCurves.getByOID(curve);
    this.curve = new ECDomainParameters(named.getCurve(), named.getG(), named.getN(), named.getH());
    this.keyAlgorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
    this.signatureAlgorithm = signatureAlgorithm;
    this.hash = hash;
    this.bytes = bytes;
  }

  /**
   * @param key x and y, each of the curve's length
   * @param signature r and s, likewise
   */
  boolean vartimeVerifyRaw(byte[] key, byte[] message, byte[] signature) {
    if (key.length != 2 * bytes || signature.length != 2 * bytes) {
      return false;
    }
    byte[] point = new byte[1 + key.length];
    point[0] = UNCOMPRESSED;
    System.arraycopy(key, 0, point, 1, key.length);
    return vartimeVerify(
        point,
        message,
        new BigInteger(1, Arrays.copyOf(signature, bytes)),
        new BigInteger(1, Arrays.copyOfRange(signature, bytes, 2 * bytes)));
  }

  /** A raw signature by the key of a certificate. */
  boolean vartimeVerifyRaw(SubjectPublicKeyInfo key, byte[] message, byte[] signature) {
    byte[] point = key.getPublicKeyData().getBytes();
    return key.getAlgorithm().equals(keyAlgorithm)
        && point.length == 1 + 2 * bytes
        && point[0] == UNCOMPRESSED
        && vartimeVerifyRaw(Arrays.copyOfRange(point, 1, point.length), message, signature);
  }

  /** A signature by the key of a certificate, its two numbers given as such. */
  boolean vartimeVerify(SubjectPublicKeyInfo key, byte[] message, BigInteger r, BigInteger s) {
    return key.getAlgorithm().equals(keyAlgorithm)
        && vartimeVerify(key.getPublicKeyData().getBytes(), message, r, s);
  }

  /** A signature on a certificate or a revocation list: DER, with its algorithm stated. */
  boolean vartimeVerifyDer(
      SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
    if (!algorithm.getAlgorithm().equals(signatureAlgorithm)) {
      return false;
    }
    try {
      ASN1Sequence pair = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(signature));
      if (pair.size() != 2 || !Arrays.equals(pair.getEncoded("DER"), signature)) {
        return false;
      }
      return vartimeVerify(
          key,
          message,
          ASN1Integer.getInstance(pair.getObjectAt(0)).getValue(),
          ASN1Integer.getInstance(pair.getObjectAt(1)).getValue());
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private boolean vartimeVerify(byte[] point, byte[] message, BigInteger r, BigInteger s) {
    if (point.length != 1 + 2 * bytes || point[0] != UNCOMPRESSED || !inRange(r) || !inRange(s)) {
      return false;
    }
    byte[] digest = Digests.digest(hash, List.of(message));
    ByteBuffer entry =
        KnownSignatures.entry(
            point,
            digest,
            BigIntegers.asUnsignedByteArray(bytes, r),
            BigIntegers.asUnsignedByteArray(bytes, s));
    if (KnownSignatures.contains(entry)) {
      return true;
    }
    ECDSASigner signer = new ECDSASigner();
    try {
      signer.init(false, new ECPublicKeyParameters(curve.getCurve().decodePoint(point), curve));
    } catch (IllegalArgumentException e) {
      return false; // not a point of the curve
    }
    boolean valid = signer.verifySignature(digest, r, s);
    if (valid) {
      KnownSignatures.add(entry);
    }
    return valid;
  }

  private boolean inRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(curve.getN()) < 0;
  }
}
