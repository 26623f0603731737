package org.blindbook.attestation;

import java.io.IOException;
import java.time.Instant;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;

/** A certificate revocation list (RFC 5280, section 5), complete and of one issuer. */
final class RevocationList {
  private final X509CRLHolder list;

  private RevocationList(X509CRLHolder list) {
    this.list = list;
  }

  static RevocationList parse(byte[] encoded) throws MalformedEvidenceException {
    try {
      X509CRLHolder list = new X509CRLHolder(Pem.revocationList(encoded));
      if (list.getNextUpdate() == null) {
        throw new MalformedEvidenceException("a revocation list names no next update");
      }
      return new RevocationList(list);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new MalformedEvidenceException("a revocation list cannot be decoded");
    }
  }

  Instant issued() {
    return list.getThisUpdate().toInstant();
  }

  Instant nextUpdate() {
    return list.getNextUpdate().toInstant();
  }

  /** Checks the list as one of this issuer at this instant. */
  void verify(
      X509CertificateHolder issuer, Instant instant, Validity.Period period, Faults faults) {
    String name = CertificateChain.commonName(issuer.getSubject());
    if (!list.getIssuer().equals(issuer.getSubject())) {
      faults.add(Fault.COLLATERAL_MISMATCH, "the revocation list is not of " + name);
    }
    if (!list.getCriticalExtensionOIDs().isEmpty()) {
      // Partial and indirect lists say so in a critical extension; Intel issues neither.
      faults.add(Fault.MALFORMED, "the revocation list has an unknown critical extension");
    }
    try {
      if (!EcdsaP256.vartimeVerifyDer(
          issuer.getSubjectPublicKeyInfo(),
          list.toASN1Structure().getSignatureAlgorithm(),
          list.toASN1Structure().getTBSCertList().getEncoded(),
          list.toASN1Structure().getSignature().getOctets())) {
        faults.add(Fault.SIGNATURE, "the signature on the revocation list is not of " + name);
      }
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      // Bouncy Castle decodes lazily and reports bad encodings unchecked.
      faults.add(Fault.MALFORMED, "the revocation list of " + name + " is malformed");
    }
    if (!period.contains(instant)) {
      faults.add(
          Fault.COLLATERAL_STALE, "the revocation list of " + name + " is not valid at this time");
    }
  }

  boolean revokes(X509CertificateHolder certificate) {
    return list.getRevokedCertificate(certificate.getSerialNumber()) != null;
  }
}
