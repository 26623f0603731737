package org.blindbook.attestation;

import java.time.LocalDate;
import java.util.Set;

/**
 * A measurement that a policy accepts, and why.
 *
 * @param measurement MRENCLAVE, lower-case hexadecimal
 * @param release of the enclave
 * @param commit of the source the release was built from
 * @param reason for accepting it
 * @param date of the decision
 * @param advisories that this release's code answers to, or that the relying party accepts with it
 */
public record AcceptedMeasurement(
    String measurement,
    String release,
    String commit,
    String reason,
    LocalDate date,
    Set<String> advisories) {

  public AcceptedMeasurement {
    advisories = Set.copyOf(advisories);
  }

  String describe() {
    return "release " + release + " (" + commit + "), accepted " + date + ": " + reason;
  }
}
