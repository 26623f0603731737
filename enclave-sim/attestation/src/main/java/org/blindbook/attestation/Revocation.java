package org.blindbook.attestation;

import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** Step 2: no key that the evidence relies on has been revoked. */
final class Revocation {
  private final CertificateProfile profile;
  private final Inquiry inquiry;

  Revocation(CertificateProfile profile, Inquiry inquiry) {
    this.profile = profile;
    this.inquiry = inquiry;
  }

  /**
   * Checks a list as one of this issuer.
   *
   * @param name of its period
   * @return nothing when it is missing or unreadable
   */
  @Nullable RevocationList list(
      Step step, String name, byte[] encoded, X509CertificateHolder issuer) {
    String required = "of " + CertificateChain.commonName(issuer.getSubject());
    if (encoded.length == 0) {
      inquiry.add(Check.missing(step, required, "the " + step.title()));
      return null;
    }
    try {
      RevocationList list = RevocationList.parse(encoded);
      Faults faults = new Faults(step);
      Validity.Period period = inquiry.validity().add(name, list.issued(), list.nextUpdate());
      list.verify(issuer, profile, inquiry.instant(), period, faults);
      inquiry.add(
          Check.of(
              "issued " + period.from(),
              required + ", in force",
              Optional.of(period.until()),
              faults));
      return list;
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(step, required, e));
      return null;
    }
  }

  /** A list and certificates that its issuer issued. */
  record Issued(RevocationList list, List<X509CertificateHolder> certificates) {}

  void check(List<Issued> lists) {
    Faults faults = new Faults(Step.REVOCATION);
    for (Issued issued : lists) {
      for (X509CertificateHolder certificate : issued.certificates()) {
        if (issued.list().revokes(certificate)) {
          faults.add(
              Fault.REVOKED,
              "the certificate of "
                  + CertificateChain.commonName(certificate.getSubject())
                  + " is revoked");
        }
      }
    }
    int count = faults.findings().size();
    inquiry.add(
        Check.of(count == 0 ? "none" : count + " revoked", "none", Optional.empty(), faults));
  }
}
