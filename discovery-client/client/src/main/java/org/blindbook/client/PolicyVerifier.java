package org.blindbook.client;

import java.time.Instant;
import java.util.SortedSet;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;

/** Verifies evidence by the vendor's rules and appraises it by a policy. */
final class PolicyVerifier implements EvidenceVerifier {
  private final AppraisalPolicy policy;

  PolicyVerifier(AppraisalPolicy policy) {
    this.policy = policy;
  }

  @Override
  public Verified verify(byte[] evidence, byte[] collateral, Binding binding, Instant now)
      throws DiscoveryException {
    Verdict verdict = Verifier.verify(evidence, collateral, binding, policy, now);
    if (!verdict.acceptable()) {
      throw new DiscoveryException(
          DiscoveryError.UNTRUSTED_SERVER,
          "The server's evidence was " + verdict.summary() + ". Nothing about contacts was sent.");
    }
    return new Verified(verdict.measurement(), verdict.simulated());
  }

  @Override
  public SortedSet<Integer> epochs() {
    return policy.oprfEpochs();
  }
}
