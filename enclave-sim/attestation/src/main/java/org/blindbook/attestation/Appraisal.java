package org.blindbook.attestation;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.Tee;

/** Step 5, and what the policy thinks of step 4: is this the enclave the relying party wants? */
final class Appraisal {
  private final AppraisalPolicy policy;
  private final Verification verification;
  private final Identity identity;
  private final Binding binding;
  private final Instant instant;
  private final List<Check> checks = new ArrayList<>();

  Appraisal(AppraisalPolicy policy, Verification verification, Binding binding, Instant instant) {
    this.policy = policy;
    this.verification = verification;
    this.identity = verification.identity();
    this.binding = binding;
    this.instant = instant;
  }

  List<Check> checks() {
    Optional<AcceptedMeasurement> accepted = policy.measurement(identity.measurement());
    appraiseStatus(accepted);
    appraiseBinding();
    checks.add(
        Check.of(
            !verification.debug() || policy.allowsDebug(),
            Step.DEBUG,
            verification.debug() ? "on" : "off",
            policy.allowsDebug() ? "any" : "off",
            Fault.DEBUG,
            "the enclave or guest runs in debug mode: its memory can be read"));
    appraiseMeasurement(accepted);
    checks.addAll(policy.pins().appraise(binding, verification.platformId()));
    appraiseRoot();
    appraiseMigration();
    checks.addAll(policy.demands().appraise(verification));
    return checks;
  }

  private void appraiseStatus(Optional<AcceptedMeasurement> accepted) {
    if (verification.tcb().isEmpty()) {
      return; // what could not be read has its finding already
    }
    Tcb tcb = verification.tcb().get();
    TcbStatus status = tcb.status();
    Faults faults = new Faults(Step.TCB_STATUS);
    boolean grace = isInGrace(status);
    if (!policy.accepts(status) && !grace) {
      String text = "the platform's TCB status " + status.vendorName() + " is not accepted";
      if (hasGrace(status) && graceEnd().isPresent()) {
        faults.addOfTime(Fault.TCB_STATUS, text + " any more");
      } else {
        faults.add(Fault.TCB_STATUS, text);
      }
    }
    TreeSet<String> open = new TreeSet<>(tcb.advisories());
    accepted.ifPresent(measurement -> open.removeAll(measurement.advisories()));
    if (!open.isEmpty() && !policy.acceptsAnyMeasurement()) {
      faults.add(
          Fault.ADVISORY,
          "the policy does not allow for the advisories " + String.join(", ", open));
    }
    policy
        .minimumEvaluationNumber()
        .filter(minimum -> tcb.evaluationDataNumber() < minimum)
        .ifPresent(
            minimum ->
                faults.add(
                    Fault.COLLATERAL_ROLLED_BACK,
                    "the collateral has evaluation number "
                        + tcb.evaluationDataNumber()
                        + ", the policy asks for "
                        + minimum));
    String seen =
        tcb.advisories().isEmpty()
            ? status.vendorName()
            : status.vendorName() + " (" + String.join(", ", tcb.advisories()) + ")";
    String required =
        policy.statuses().stream().map(TcbStatus::vendorName).collect(Collectors.joining(" | "));
    checks.add(
        new Check(
            Step.TCB_STATUS,
            seen,
            grace ? required + ", or a TCB date in its grace" : required,
            grace ? graceEnd() : Optional.empty(),
            faults.findings()));
  }

  /** When what only grace accepts ends to be accepted. */
  Optional<Instant> endOfGrace() {
    return verification
        .tcb()
        .map(Tcb::status)
        .filter(status -> !policy.accepts(status) && isInGrace(status))
        .flatMap(status -> graceEnd());
  }

  /** Grace is for the TCB's date alone: for OutOfDate, and for no document past its own date. */
  private boolean isInGrace(TcbStatus status) {
    return hasGrace(status) && graceEnd().filter(end -> !instant.isAfter(end)).isPresent();
  }

  /** A domain that should start anew lacks less than one whose platform lacks updates. */
  private static boolean hasGrace(TcbStatus status) {
    return status == TcbStatus.OUT_OF_DATE || status == TcbStatus.TD_RELAUNCH_ADVISED;
  }

  private Optional<Instant> graceEnd() {
    return policy
        .tcbGrace()
        .flatMap(grace -> verification.tcb().flatMap(Tcb::date).map(date -> date.plus(grace)));
  }

  private void appraiseBinding() {
    if (binding.reportData().isEmpty()) {
      return;
    }
    byte[] required = binding.reportData().get();
    checks.add(
        Check.of(
            MessageDigest.isEqual(verification.reportData(), required),
            Step.REPORT_DATA,
            abbreviated(verification.reportData()),
            abbreviated(required),
            Fault.BINDING,
            "the evidence does not bind these claims"));
  }

  private void appraiseMeasurement(Optional<AcceptedMeasurement> accepted) {
    if (policy.acceptsAnyMeasurement()) {
      return;
    }
    checks.add(
        Check.of(
            accepted.isPresent(),
            Step.MEASUREMENT,
            identity.measurement(),
            accepted.map(AcceptedMeasurement::describe).orElse("one that the policy names"),
            Fault.IDENTITY,
            "the policy does not name this measurement"));
  }

  private void appraiseRoot() {
    String required =
        policy.trustAnchors().stream()
            .map(TrustAnchor::name)
            .distinct()
            .collect(Collectors.joining(" | "));
    if (verification.anchor().isPresent()) {
      TrustAnchor anchor = verification.anchor().get();
      String seen = anchor.simulated() ? anchor.name() + ", no hardware guarantee" : anchor.name();
      checks.add(Check.passed(Step.TRUST_ROOT, seen, required));
    } else if (verification.rootName().filter(TrustAnchor::soundsSimulated).isPresent()) {
      checks.add(
          Check.failed(
              Step.TRUST_ROOT,
              verification.rootName().get(),
              required,
              Fault.SIMULATED_ROOT,
              "the platform is simulated, and the policy does not name it"));
    }
  }

  /** Enclaves of SGX stay where they are, so there is nothing to look at. */
  private void appraiseMigration() {
    if (verification.tee() != Tee.SGX) {
      checks.add(
          Check.of(
              !verification.migratable(),
              Step.MIGRATION,
              verification.migratable() ? "allowed" : "not allowed",
              "not allowed",
              Fault.MIGRATION,
              "the host may move the guest, memory and all, by an agent that the measurement does"
                  + " not name"));
    }
  }

  private static String abbreviated(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length)) + "..";
  }
}
