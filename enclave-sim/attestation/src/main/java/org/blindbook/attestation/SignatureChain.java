package org.blindbook.attestation;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.attestation.format.ReportBody;
import org.jspecify.annotations.Nullable;

/**
 * Step 1 for Intel's quotes: the chain of signatures from the root over PCK, quoting enclave and
 * attestation key to the quote. The same for SGX and TDX.
 */
final class SignatureChain {
  private static final int PCK_CHAIN_LENGTH = 3;

  private final Quote quote;
  private final Inquiry inquiry;

  SignatureChain(Quote quote, Inquiry inquiry) {
    this.quote = quote;
    this.inquiry = inquiry;
  }

  /**
   * @param chain absent when it cannot be read
   * @param platform absent when the chain or its SGX extension cannot be read
   * @param platformId of the machine (PPID), lower-case hexadecimal; absent likewise
   */
  record Pck(
      @Nullable CertificateChain chain,
      @Nullable PckExtension platform,
      @Nullable String platformId) {}

  Pck verify() {
    Pck pck = verifyPckChain();
    verifySignatures(pck.chain());
    return pck;
  }

  private Pck verifyPckChain() {
    CertificateChain chain;
    try {
      chain = CertificateChain.parse(quote.signature().certificationData());
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(Step.PCK_CHAIN, "a chain of certificates", e));
      return new Pck(null, null, null);
    }
    Faults faults = new Faults(Step.PCK_CHAIN);
    chain.verify("pck", CertificateProfile.INTEL, inquiry, Fault.CERTIFICATE, faults);
    if (chain.length() != PCK_CHAIN_LENGTH) {
      faults.add(Fault.CERTIFICATE, "the PCK chain is not of a leaf, an authority and a root");
    }
    if (!inquiry.endsAtAnchor(chain.root())) {
      faults.add(
          Fault.UNTRUSTED_ROOT, "the PCK chain ends at a root that the policy does not name");
    }
    PckExtension platform = null;
    String platformId = null;
    try {
      platform = PckExtension.of(chain.leaf());
      platformId = PckExtension.platformId(chain.leaf());
    } catch (MalformedEvidenceException e) {
      faults.add(Fault.MALFORMED, String.valueOf(e.getMessage()));
    }
    inquiry.add(Check.of(chain, faults));
    return new Pck(chain, platform, platformId);
  }

  private void verifySignatures(@Nullable CertificateChain pckChain) {
    QuoteSignature signature = quote.signature();
    if (pckChain != null) {
      inquiry.add(
          Check.of(
              Ecdsa.P256.vartimeVerifyRaw(
                  pckChain.leaf().getSubjectPublicKeyInfo(),
                  signature.qeReport().encode(),
                  signature.qeReportSignature()),
              Step.QE_REPORT_SIGNATURE,
              "ECDSA P-256",
              "valid, by the PCK",
              Fault.SIGNATURE,
              "the QE report is not signed by the PCK"));
    }
    byte[] bound =
        Digests.sha256(List.of(signature.attestationKey(), signature.authenticationData()));
    byte[] seen = signature.qeReport().reportData();
    inquiry.add(
        Check.of(
            Arrays.equals(seen, Arrays.copyOf(bound, ReportBody.REPORT_DATA_BYTES)),
            Step.ATTESTATION_KEY,
            HexFormat.of().formatHex(seen, 0, 8) + "..",
            HexFormat.of().formatHex(bound, 0, 8) + "..",
            Fault.SIGNATURE,
            "the quoting enclave did not vouch for the attestation key"));
    inquiry.add(
        Check.of(
            Ecdsa.P256.vartimeVerifyRaw(
                signature.attestationKey(), quote.signedBytes(), signature.signature()),
            Step.QUOTE_SIGNATURE,
            "ECDSA P-256",
            "valid, by the attestation key",
            Fault.SIGNATURE,
            "the quote is not signed by the attestation key"));
  }
}
