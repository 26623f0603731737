package org.blindbook.client;

import java.time.Instant;
import org.blindbook.attestation.Binding;

/** Verifies evidence and appraises it by the caller's policy. */
@FunctionalInterface
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
   * @param oprfKeyPinned whether the policy names the OPRF key and epoch of the binding
   */
  record Verified(String measurement, boolean simulated, boolean oprfKeyPinned) {}
}
