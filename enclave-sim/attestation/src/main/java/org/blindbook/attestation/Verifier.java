package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SgxQuote;

/**
 * Judges evidence: authentic by the vendor's rules, acceptable by the relying party's policy. A
 * pure function of its arguments. It does not throw on bad evidence: what is wrong becomes a
 * finding, and all of it is found, not only the first.
 */
public final class Verifier {
  private Verifier() {}

  /**
   * Judges evidence that should bind {@code reportData}. A policy that names Java runtimes accepts
   * nothing this way: use {@link Binding#withRuntime}.
   *
   * @param evidence a quote
   * @param collateral an encoded {@link Collateral}
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
   * @param evidence a quote
   * @param collateral an encoded {@link Collateral}
   * @param binding what the caller wants bound to the evidence
   * @param instant to judge at
   */
  public static Verdict verify(
      byte[] evidence,
      byte[] collateral,
      Binding binding,
      AppraisalPolicy policy,
      Instant instant) {
    List<Check> checks = new ArrayList<>();
    SgxQuote quote;
    try {
      quote = SgxQuote.parse(evidence);
    } catch (MalformedEvidenceException e) {
      checks.add(malformed("the quote", e));
      return new Verdict(
          checks,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    Collateral documents = Collateral.none();
    try {
      documents = Collateral.decode(collateral);
      checks.add(
          Check.passed(
              Step.FORMAT,
              "SGX quote version 3"
                  + (quote.trailingBytes() == 0
                      ? ""
                      : ", " + quote.trailingBytes() + " bytes after it"),
              "a known quote, complete"));
    } catch (MalformedEvidenceException e) {
      checks.add(malformed("the collateral", e));
    }

    SgxVerification sgx = new SgxVerification(quote, documents, policy.trustAnchors(), instant);
    sgx.run();
    checks.addAll(sgx.checks());
    Identity identity = identity(quote.body());
    checks.addAll(new Appraisal(policy, sgx, quote.body(), identity, binding, instant).checks());
    return new Verdict(
        checks,
        Optional.of(identity),
        sgx.status(),
        sgx.advisories(),
        quote.body().debug(),
        sgx.simulated(),
        sgx.validity().latestStart().map(Validity.Period::from),
        sgx.validity().earliestEnd().map(Validity.Period::until),
        sgx.validity().earliestEnd().map(Validity.Period::name));
  }

  private static Check malformed(String what, MalformedEvidenceException e) {
    return Check.failed(
        Step.FORMAT, "unreadable", what, Fault.MALFORMED, String.valueOf(e.getMessage()));
  }

  private static Identity identity(ReportBody body) {
    HexFormat hex = HexFormat.of();
    return new Identity(
        hex.formatHex(body.mrEnclave()),
        hex.formatHex(body.mrSigner()),
        body.isvProdId(),
        body.isvSvn(),
        hex.formatHex(body.attributes()));
  }
}
