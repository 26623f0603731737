package org.blindbook.attestation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.MalformedEvidenceException;

/**
 * One thing that was looked at.
 *
 * @param seen what the evidence says
 * @param required what it should say
 * @param validUntil when the document behind it expires
 * @param findings what is wrong; none when all is well
 */
public record Check(
    Step step, String seen, String required, Optional<Instant> validUntil, List<Finding> findings) {

  public Check {
    findings = List.copyOf(findings);
  }

  public static Check passed(Step step, String seen, String required) {
    return new Check(step, seen, required, Optional.empty(), List.of());
  }

  /**
   * @param text a plain sentence without a full stop
   */
  public static Check failed(Step step, String seen, String required, Fault fault, String text) {
    return failed(seen, required, new Finding(step, fault, text, false));
  }

  /** Of one finding. */
  public static Check failed(String seen, String required, Finding finding) {
    return new Check(finding.step(), seen, required, Optional.empty(), List.of(finding));
  }

  static Check missing(Step step, String required, String what) {
    return failed(step, "nothing", required, Fault.COLLATERAL_MISSING, what + " is missing");
  }

  static Check malformed(Step step, String required, MalformedEvidenceException e) {
    return failed(step, "unreadable", required, Fault.MALFORMED, String.valueOf(e.getMessage()));
  }

  /** Passed when nothing was found. */
  static Check of(String seen, String required, Optional<Instant> validUntil, Faults faults) {
    return new Check(faults.step(), seen, required, validUntil, faults.findings());
  }

  /** Of a chain that was followed to its root. */
  static Check of(CertificateChain chain, Faults faults) {
    return of(
        chain.subjects(),
        "valid, to a root of the policy",
        Optional.of(chain.validUntil()),
        faults);
  }

  /** Passed when the condition holds. */
  static Check of(
      boolean holds, Step step, String seen, String required, Fault fault, String text) {
    return holds ? passed(step, seen, required) : failed(step, seen, required, fault, text);
  }
}
