package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.Tee;

/**
 * What a verification found. Two results: <i>authentic</i> speaks of signatures, chain, revocation,
 * collateral and freshness; <i>acceptable</i> adds the policy's demands, so it implies authentic.
 *
 * @param tee absent when the evidence could not be read, as the identity is
 * @param checks everything that was looked at, in order
 * @param identity what the evidence is of
 * @param status of processor, TDX module and quoting enclave together; absent when it could not be
 *     determined, and for SEV-SNP, whose vendor publishes none
 * @param advisories that apply to this platform, sorted
 * @param knownBroken names of {@link KnownBroken} that apply to this platform
 * @param simulated whether the chain ends at a root that no hardware stands behind
 * @param validFrom when all documents together begin to be valid
 * @param validUntil when the first of them ends, or what else the verdict relies on
 * @param limitedBy which one that is
 */
public record Verdict(
    Optional<Tee> tee,
    List<Check> checks,
    Optional<Identity> identity,
    Optional<TcbStatus> status,
    List<String> advisories,
    List<String> knownBroken,
    boolean debug,
    boolean simulated,
    Optional<Instant> validFrom,
    Optional<Instant> validUntil,
    Optional<String> limitedBy) {

  public Verdict {
    checks = List.copyOf(checks);
    advisories = List.copyOf(advisories);
    knownBroken = List.copyOf(knownBroken);
  }

  public boolean authentic() {
    if (tee.isEmpty()) {
      return false;
    }
    Set<Step> missing = Step.mandatory(tee.get());
    for (Check check : checks) {
      missing.remove(check.step());
    }
    return missing.isEmpty() && findings().stream().noneMatch(f -> f.fault().breaksAuthenticity());
  }

  public boolean acceptable() {
    return authentic() && findings().isEmpty();
  }

  public List<Finding> findings() {
    return checks.stream().flatMap(check -> check.findings().stream()).toList();
  }

  /** {@link Identity#measurement}, or an empty text. */
  public String measurement() {
    return identity.map(Identity::measurement).orElse("");
  }

  /** This verdict with one more thing looked at, which the caller knows more about. */
  public Verdict with(Check check) {
    List<Check> more = new ArrayList<>(checks);
    more.add(check);
    return new Verdict(
        tee,
        more,
        identity,
        status,
        advisories,
        knownBroken,
        debug,
        simulated,
        validFrom,
        validUntil,
        limitedBy);
  }

  /**
   * This verdict when it also relies on something that ends.
   *
   * @param what for {@code limitedBy}
   */
  public Verdict until(String what, Instant end) {
    if (validUntil.filter(until -> !until.isAfter(end)).isPresent()) {
      return this;
    }
    return new Verdict(
        tee,
        checks,
        identity,
        status,
        advisories,
        knownBroken,
        debug,
        simulated,
        validFrom,
        Optional.of(end),
        Optional.of(what));
  }

  /** Whether a clock that is wrong would explain any finding. */
  public boolean clockMayBeWrong() {
    return findings().stream().anyMatch(Finding::ofTime);
  }

  /** One sentence for people. */
  public String summary() {
    String judgement =
        acceptable()
            ? "accepted"
            : "rejected: "
                + findings().stream().findFirst().map(Finding::text).orElse("incomplete");
    String clock = clockMayBeWrong() ? "; the clock of this device may be wrong" : "";
    return judgement + clock + (simulated ? " (simulated, no hardware guarantee)" : "");
  }
}
