package org.blindbook.attestation;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.blindbook.attestation.format.Der;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** A certificate revocation list (RFC 5280, section 5), complete and of one issuer. */
record RevocationList(
    X500Name issuer,
    Instant issued,
    Instant nextUpdate,
    Set<BigInteger> revokedSerials,
    boolean hasCriticalExtension,
    AlgorithmIdentifier algorithm,
    byte[] signedBytes,
    byte[] signature) {

  /**
   * @param encoded PEM, DER or hexadecimal DER
   */
  static RevocationList parse(byte[] encoded) throws MalformedEvidenceException {
    try {
      byte[] der = Pem.revocationList(encoded);
      return of(CertificateList.getInstance(Der.decode(der)), Der.firstValue(der));
    } catch (RuntimeException e) {
      // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
      throw new MalformedEvidenceException("a revocation list cannot be decoded");
    }
  }

  private static RevocationList of(CertificateList list, byte[] signedBytes)
      throws MalformedEvidenceException {
    if (list.getNextUpdate() == null) {
      throw new MalformedEvidenceException("a revocation list names no next update");
    }
    boolean critical = hasCritical(list.getTBSCertList().getExtensions());
    Set<BigInteger> serials = new HashSet<>();
    for (TBSCertList.CRLEntry entry : list.getRevokedCertificates()) {
      serials.add(entry.getUserCertificate().getValue());
      critical |= hasCritical(entry.getExtensions());
    }
    return new RevocationList(
        list.getIssuer(),
        list.getThisUpdate().getDate().toInstant(),
        list.getNextUpdate().getDate().toInstant(),
        serials,
        critical,
        list.getSignatureAlgorithm(),
        signedBytes,
        list.getSignature().getOctets());
  }

  private static boolean hasCritical(@Nullable Extensions extensions) {
    if (extensions == null) {
      return false;
    }
    for (var oid : extensions.getExtensionOIDs()) {
      Extension extension = extensions.getExtension(oid);
      if (extension != null && extension.isCritical()) {
        return true;
      }
    }
    return false;
  }

  /** Checks the list as one of this issuer at this instant. */
  void verify(
      X509CertificateHolder by,
      CertificateProfile profile,
      Instant instant,
      Validity.Period period,
      Faults faults) {
    String name = CertificateChain.commonName(by.getSubject());
    if (!CertificateChain.sameName(issuer, by.getSubject())) {
      faults.add(Fault.COLLATERAL_MISMATCH, "the revocation list is not of " + name);
    }
    if (hasCriticalExtension) {
      // Partial and indirect lists say so in a critical extension; the vendors issue neither.
      faults.add(Fault.MALFORMED, "the revocation list has an unknown critical extension");
    }
    if (!profile.vartimeVerify(by.getSubjectPublicKeyInfo(), algorithm, signedBytes, signature)) {
      faults.add(Fault.SIGNATURE, "the signature on the revocation list is not of " + name);
    }
    if (!CertificateChain.maySignLists(by)) {
      faults.add(Fault.CERTIFICATE, "the certificate of " + name + " may not sign such lists");
    }
    if (!period.contains(instant)) {
      faults.addOfTime(
          Fault.COLLATERAL_STALE, "the revocation list of " + name + " is not valid at this time");
    }
  }

  boolean revokes(X509CertificateHolder certificate) {
    return revokedSerials.contains(certificate.getSerialNumber());
  }
}
