package org.blindbook.auditor;

import static org.blindbook.auditor.Inspection.hex;

import java.time.Instant;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SnpReport;

/** What is in a quote of SGX or TDX, or in a report of SEV-SNP. */
final class InspectedQuote {
  private InspectedQuote() {}

  static Facts of(byte[] bytes) throws MalformedEvidenceException {
    return SnpReport.isLike(bytes) ? report(bytes) : quote(bytes);
  }

  private static Facts report(byte[] bytes) throws MalformedEvidenceException {
    SnpReport report = SnpReport.parse(bytes);
    return new Facts()
        .put("kind", "SEV-SNP report")
        .put("version", report.version())
        .put("bytesAfterIt", report.trailingBytes())
        .put("guest", identity(bytes))
        .put("reportData", hex(report.reportData()))
        .put("firmware", firmware(report.currentVersion()));
  }

  private static String firmware(byte[] version) {
    return version[0] + "." + version[1] + "." + (version[2] & 0xff);
  }

  private static Facts quote(byte[] bytes) throws MalformedEvidenceException {
    Quote quote = Quote.parse(bytes);
    return new Facts()
        .put("kind", quote.tee().title() + " quote")
        .put("version", quote.header().version())
        .put("bytesAfterIt", quote.trailingBytes())
        .put("enclave", identity(bytes))
        .put("reportData", hex(quote.body().reportData()))
        .put("quotingEnclave", quotingEnclave(quote.signature().qeReport()))
        .put(
            "pckChain",
            Inspection.certificates(Pem.certificates(quote.signature().certificationData())));
  }

  /** The verifier knows how each platform names what it measured; its judgement is not asked. */
  private static Facts identity(byte[] bytes) {
    Verdict verdict =
        Verifier.verify(
            bytes, new byte[0], Binding.none(), AppraisalPolicy.anyGenuineEnclave(), Instant.EPOCH);
    Facts facts = new Facts();
    verdict
        .identity()
        .ifPresent(
            identity -> {
              facts.put("measurement", identity.measurement());
              identity.parts().forEach(facts::put);
            });
    return facts.put("debug", verdict.debug());
  }

  private static Facts quotingEnclave(ReportBody body) {
    return new Facts()
        .put("mrenclave", hex(body.mrEnclave()))
        .put("mrsigner", hex(body.mrSigner()))
        .put("isvprodid", body.isvProdId())
        .put("isvsvn", body.isvSvn())
        .put("attributes", hex(body.attributes()));
  }
}
