package org.blindbook.client;

import java.time.Instant;
import java.util.SortedSet;
import org.blindbook.attestation.Binding;

/** Verifies evidence and appraises it by the caller's policy. */
interface EvidenceVerifier {

  /**
   * @param binding what the claims say that came with the evidence, and the digest it must hold
   * @throws DiscoveryException {@link DiscoveryError#UNTRUSTED_SERVER} unless the evidence is
   *     genuine and the policy accepts it
   */
  Verified verify(byte[] evidence, byte[] collateral, Binding binding, Instant now)
      throws DiscoveryException;

  /**
   * @param measurement of the enclave program, in hexadecimal
   * @param simulated whether the hardware is simulated
   */
  record Verified(String measurement, boolean simulated) {}

  /**
   * The epochs of the OPRF keys that the policy names. Where it names any, {@link #verify} refuses
   * a binding without a named key.
   */
  SortedSet<Integer> epochs();
}
