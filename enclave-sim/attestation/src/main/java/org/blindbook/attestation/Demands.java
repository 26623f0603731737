package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a policy asks of guests and their platforms beside what is measured.
 *
 * @param acceptedBroken names of {@link KnownBroken} that are accepted; absent when all are
 */
record Demands(
    Optional<SnpDemands> snp, Optional<TdxDemands> tdx, Optional<Set<String>> acceptedBroken) {

  /** Of who looks at evidence without a policy. */
  static final Demands NONE = new Demands(Optional.empty(), Optional.empty(), Optional.empty());

  List<Check> appraise(Verification verification) {
    Subject subject = verification.subject();
    List<Check> checks = new ArrayList<>();
    subject
        .snp()
        .ifPresent(
            report -> snp.ifPresent(asked -> checks.addAll(asked.appraise(report, verification))));
    subject.td().ifPresent(report -> tdx.ifPresent(asked -> checks.addAll(asked.appraise(report))));
    if (!verification.simulated()) {
      checks.add(appraiseBroken(KnownBroken.of(subject)));
    }
    return checks;
  }

  private Check appraiseBroken(List<KnownBroken.Entry> found) {
    Faults faults = new Faults(Step.KNOWN_BROKEN);
    for (KnownBroken.Entry entry : found) {
      if (acceptedBroken.filter(accepted -> !accepted.contains(entry.name())).isPresent()) {
        faults.add(
            Fault.KNOWN_BROKEN,
            "the platform is known to be broken: " + entry.name() + " (" + entry.reference() + ")");
      }
    }
    return Check.of(
        found.isEmpty()
            ? "nothing known on " + KnownBroken.date()
            : found.stream().map(KnownBroken.Entry::name).collect(Collectors.joining(", ")),
        acceptedBroken
            .map(names -> names.stream().sorted().collect(Collectors.joining(" | ")))
            .map(names -> names.isEmpty() ? "nothing known" : "nothing but " + names)
            .orElse("any"),
        Optional.empty(),
        faults);
  }
}
