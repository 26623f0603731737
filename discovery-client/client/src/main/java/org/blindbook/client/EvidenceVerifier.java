package org.blindbook.client;

import java.time.Instant;

/** Verifies evidence and appraises it by the caller's policy. */
@FunctionalInterface
interface EvidenceVerifier {

  /**
   * @param reportData the 64 bytes that the evidence must be bound to
   * @param runtimeDigest SHA-256 of the enclave's Java runtime, from the claims
   * @throws DiscoveryException {@link DiscoveryError#UNTRUSTED_SERVER} unless the evidence is
   *     genuine and the policy accepts it
   */
  Verified verify(
      byte[] evidence, byte[] collateral, byte[] reportData, byte[] runtimeDigest, Instant now)
      throws DiscoveryException;

  /**
   * @param measurement of the enclave program, in hexadecimal
   * @param simulated whether the hardware is simulated
   */
  record Verified(String measurement, boolean simulated) {}
}
