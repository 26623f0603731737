package org.blindbook.auditor;

import static org.blindbook.auditor.Inspection.hex;

import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SgxQuote;

/** What is in a quote. */
final class InspectedQuote {
  private InspectedQuote() {}

  static Facts of(byte[] bytes) throws MalformedEvidenceException {
    SgxQuote quote = SgxQuote.parse(bytes);
    return new Facts()
        .put("kind", "SGX quote")
        .put("version", quote.header().version())
        .put("bytesAfterIt", quote.trailingBytes())
        .put("enclave", report(quote.body()))
        .put("quotingEnclave", report(quote.signature().qeReport()))
        .put(
            "pckChain",
            Inspection.certificates(Pem.certificates(quote.signature().certificationData())));
  }

  private static Facts report(ReportBody body) {
    return new Facts()
        .put("mrenclave", hex(body.mrEnclave()))
        .put("mrsigner", hex(body.mrSigner()))
        .put("isvprodid", body.isvProdId())
        .put("isvsvn", body.isvSvn())
        .put("attributes", hex(body.attributes()))
        .put("debug", body.debug())
        .put("reportData", hex(body.reportData()));
  }
}
