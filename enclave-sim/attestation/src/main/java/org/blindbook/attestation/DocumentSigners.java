package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.bouncycastle.cert.X509CertificateHolder;

/** The signatures on the documents that Intel renews every month (steps 3.1 and 4.1). */
final class DocumentSigners {
  static final String REQUIRED = "signed by the vendor, in force";

  private static final int SIGNING_CHAIN_LENGTH = 2;

  private final Inquiry inquiry;
  private final List<X509CertificateHolder> certificates = new ArrayList<>();

  DocumentSigners(Inquiry inquiry) {
    this.inquiry = inquiry;
  }

  /** The certificates that signed documents, all of them the root's own issue. */
  List<X509CertificateHolder> certificates() {
    return certificates;
  }

  /**
   * @param name prefix of the chain's periods
   * @param period when the document is valid
   * @param title of the document, for sentences
   */
  void verify(
      Step step,
      String name,
      byte[] chainPem,
      byte[] signedBytes,
      byte[] signature,
      Validity.Period period,
      String title) {
    if (chainPem.length == 0) {
      inquiry.add(Check.missing(step, REQUIRED, "the certificate chain of " + title));
      return;
    }
    CertificateChain chain;
    try {
      chain = CertificateChain.parse(chainPem);
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(step, REQUIRED, e));
      return;
    }
    Faults faults = new Faults(step);
    chain.verify(name, CertificateProfile.INTEL, inquiry, Fault.COLLATERAL_STALE, faults);
    // A PCK signs reports, never documents; the signing certificate is the root's own issue.
    if (chain.length() != SIGNING_CHAIN_LENGTH
        || chain.leaf().getExtension(PckExtension.OID) != null) {
      faults.add(Fault.CERTIFICATE, title + " is not signed by a signing certificate of the root");
    }
    TrustAnchor anchor = inquiry.anchor();
    if (anchor != null && !anchor.isKeyOf(chain.root())) {
      faults.add(Fault.UNTRUSTED_ROOT, title + " is signed under another root than the quote");
    }
    certificates.add(chain.leaf());
    if (!Ecdsa.P256.vartimeVerifyRaw(
        chain.leaf().getSubjectPublicKeyInfo(), signedBytes, signature)) {
      faults.add(Fault.SIGNATURE, "the signature on " + title + " is wrong");
    }
    if (!period.contains(inquiry.instant())) {
      faults.addOfTime(Fault.COLLATERAL_STALE, title + " is not valid at this time");
    }
    inquiry.add(Check.of("issued " + period.from(), REQUIRED, Optional.of(period.until()), faults));
  }
}
