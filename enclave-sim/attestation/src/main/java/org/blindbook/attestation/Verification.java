package org.blindbook.attestation;

import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.Tee;

/**
 * What the vendor's steps found, before any policy is asked.
 *
 * @param subject what a policy may ask about
 * @param migratable whether another guest, which the host chose, may move this one with its memory
 * @param platformId of the machine: PPID or CHIP_ID, lower-case hexadecimal; absent when it cannot
 *     be read or the host masks it
 * @param tcb absent when it could not be determined, or the vendor publishes no statuses
 * @param rootName the subject that the evidence's certificate chain ends at
 */
record Verification(
    Subject subject,
    Identity identity,
    byte[] reportData,
    boolean debug,
    boolean migratable,
    Optional<String> platformId,
    Inquiry inquiry,
    Optional<Tcb> tcb,
    Optional<String> rootName) {

  Tee tee() {
    return subject.tee();
  }

  /** Nothing is known of platforms that are none. */
  List<String> knownBroken() {
    return simulated()
        ? List.of()
        : KnownBroken.of(subject).stream().map(KnownBroken.Entry::name).toList();
  }

  boolean hasChecked(Step step) {
    return inquiry.checks().stream().anyMatch(check -> check.step() == step);
  }

  /** The root that the evidence ends at, when it is one of the policy's. */
  Optional<TrustAnchor> anchor() {
    return Optional.ofNullable(inquiry.anchor());
  }

  /** Whether no hardware stands behind the root, named by the policy or not. */
  boolean simulated() {
    return anchor()
        .map(TrustAnchor::simulated)
        .orElseGet(() -> rootName.filter(TrustAnchor::soundsSimulated).isPresent());
  }
}
