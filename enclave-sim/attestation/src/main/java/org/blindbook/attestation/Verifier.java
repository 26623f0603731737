package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.Tee;

/**
 * Judges evidence: authentic by the vendor's rules, acceptable by the relying party's policy. A
 * pure function of its arguments. It does not throw on bad evidence: what is wrong becomes a
 * finding, and all of it is found, not only the first.
 */
public final class Verifier {
  private static final String COLLATERAL_REQUIRED = "the collateral of this evidence";

  private Verifier() {}

  /**
   * Judges evidence that should bind {@code reportData}. A policy that names Java runtimes accepts
   * nothing this way: use {@link Binding#withRuntime}.
   *
   * @param evidence a quote of SGX or TDX, or a report of SEV-SNP
   * @param collateral an encoded {@link Collateral} or {@link SnpCollateral}
   * @param reportData the 64 bytes that the enclave should have put into its report
   * @param instant to judge at
   */
  public static Verdict verify(
      byte[] evidence,
      byte[] collateral,
      byte[] reportData,
      AppraisalPolicy policy,
      Instant instant) {
    return verify(evidence, collateral, Binding.to(reportData), policy, instant);
  }

  /**
   * @param evidence a quote of SGX or TDX, or a report of SEV-SNP
   * @param collateral an encoded {@link Collateral} or {@link SnpCollateral}
   * @param binding what the caller wants bound to the evidence
   * @param instant to judge at
   */
  public static Verdict verify(
      byte[] evidence,
      byte[] collateral,
      Binding binding,
      AppraisalPolicy policy,
      Instant instant) {
    Inquiry inquiry = new Inquiry(policy.trustAnchors(), instant);
    Verification verification;
    try {
      verification =
          SnpReport.isLike(evidence)
              ? verifyReport(SnpReport.parse(evidence), collateral, inquiry)
              : verifyQuote(Quote.parse(evidence), collateral, inquiry);
    } catch (MalformedEvidenceException e) {
      return unreadable(Check.malformed(Step.FORMAT, "known evidence, complete", e));
    }
    List<Check> checks = new ArrayList<>(inquiry.checks());
    Appraisal appraisal = new Appraisal(policy, verification, binding, instant);
    checks.addAll(appraisal.checks());
    Validity validity = inquiry.validity();
    Verdict verdict =
        new Verdict(
            Optional.of(verification.tee()),
            checks,
            Optional.of(verification.identity()),
            verification.tcb().map(Tcb::status),
            verification.tcb().map(Tcb::advisories).orElse(List.of()),
            verification.knownBroken(),
            verification.debug(),
            verification.simulated(),
            validity.latestStart().map(Validity.Period::from),
            validity.earliestEnd().map(Validity.Period::until),
            validity.earliestEnd().map(Validity.Period::name));
    return appraisal.endOfGrace().map(end -> verdict.until("tcbGrace", end)).orElse(verdict);
  }

  private static Verification verifyQuote(Quote quote, byte[] collateral, Inquiry inquiry) {
    Collateral documents = Collateral.none();
    try {
      documents = Collateral.decode(collateral);
      String seen = quote.tee().title() + " quote version " + quote.header().version();
      inquiry.add(format(seen, quote.trailingBytes()));
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(Step.FORMAT, COLLATERAL_REQUIRED, e));
    }
    return new QuoteVerification(quote, documents, inquiry).run();
  }

  private static Verification verifyReport(SnpReport report, byte[] collateral, Inquiry inquiry) {
    SnpCollateral documents = SnpCollateral.none();
    try {
      documents = SnpCollateral.decode(collateral);
      String seen = Tee.SEV_SNP.title() + " report version " + report.version();
      inquiry.add(format(seen, report.trailingBytes()));
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(Step.FORMAT, COLLATERAL_REQUIRED, e));
    }
    return new SnpVerification(report, documents, inquiry).run();
  }

  private static Check format(String seen, int trailingBytes) {
    String after = trailingBytes == 0 ? "" : ", " + trailingBytes + " bytes after it";
    return Check.passed(Step.FORMAT, seen + after, "known evidence, complete");
  }

  private static Verdict unreadable(Check why) {
    return new Verdict(
        Optional.empty(),
        List.of(why),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
