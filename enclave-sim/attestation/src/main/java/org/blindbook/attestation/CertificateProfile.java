package org.blindbook.attestation;

import java.util.Set;
import org.blindbook.attestation.format.PckExtension;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Where the vendors' profiles of X.509 differ: the signature, and what a leaf looks like. */
enum CertificateProfile {
  /** Intel SGX PCK Certificate and CRL Profile Specification. */
  INTEL(Set.of(Extension.basicConstraints, Extension.keyUsage, PckExtension.OID)) {
    @Override
    boolean vartimeVerify(
        SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
      return Ecdsa.P256.vartimeVerifyDer(key, algorithm, message, signature);
    }

    @Override
    boolean mayBeLeaf(Extensions extensions) {
      BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
      KeyUsage usage = KeyUsage.fromExtensions(extensions);
      return constraints != null
          && usage != null
          && !constraints.isCA()
          && usage.hasUsages(KeyUsage.digitalSignature);
    }
  },

  /** AMD VCEK Certificate and KDS Interface Specification, section 3. */
  AMD(Set.of(Extension.basicConstraints, Extension.keyUsage)) {
    @Override
    boolean vartimeVerify(
        SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
      return RsaPss.vartimeVerify(key, algorithm, message, signature);
    }

    /** An endorsement key's certificate names neither constraints nor usage. */
    @Override
    boolean mayBeLeaf(Extensions extensions) {
      BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
      KeyUsage usage = KeyUsage.fromExtensions(extensions);
      return (constraints == null || !constraints.isCA())
          && (usage == null || usage.hasUsages(KeyUsage.digitalSignature));
    }
  };

  private final Set<ASN1ObjectIdentifier> knownExtensions;

  CertificateProfile(Set<ASN1ObjectIdentifier> knownExtensions) {
    this.knownExtensions = knownExtensions;
  }

  /** Whether the signature on a certificate or a revocation list is valid. */
  abstract boolean vartimeVerify(
      SubjectPublicKeyInfo key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature);

  abstract boolean mayBeLeaf(Extensions extensions);

  /** Whether an extension that is marked critical is understood here. */
  boolean knows(ASN1ObjectIdentifier extension) {
    return knownExtensions.contains(extension);
  }
}
