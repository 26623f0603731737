package org.blindbook.loadtest.trust;

import java.time.Instant;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;

/** Judges evidence, fully. */
@FunctionalInterface
public interface EvidenceJudge {
  /**
   * @throws UntrustedException unless the evidence is genuine and acceptable
   */
  void judge(byte[] evidence, byte[] collateral, Binding binding, Instant now)
      throws UntrustedException;

  /** By the vendor's rules and a policy, as clients do. */
  static EvidenceJudge by(AppraisalPolicy policy) {
    return (evidence, collateral, binding, now) -> {
      Verdict verdict = Verifier.verify(evidence, collateral, binding, policy, now);
      if (!verdict.acceptable()) {
        throw new UntrustedException("The server's evidence was " + verdict.summary() + ".");
      }
    };
  }
}
