package org.blindbook.attestation;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.TcbStatus;

/** Step 5, and what the policy thinks of step 4: is this the enclave the relying party wants? */
final class Appraisal {
  private final AppraisalPolicy policy;
  private final SgxVerification sgx;
  private final ReportBody body;
  private final Identity identity;
  private final Binding binding;
  private final Instant instant;
  private final List<Check> checks = new ArrayList<>();

  Appraisal(
      AppraisalPolicy policy,
      SgxVerification sgx,
      ReportBody body,
      Identity identity,
      Binding binding,
      Instant instant) {
    this.policy = policy;
    this.sgx = sgx;
    this.body = body;
    this.identity = identity;
    this.binding = binding;
    this.instant = instant;
  }

  List<Check> checks() {
    Optional<AcceptedMeasurement> accepted = policy.measurement(identity.mrEnclave());
    appraiseStatus(accepted);
    appraiseBinding();
    checks.add(
        Check.of(
            !body.debug() || policy.allowsDebug(),
            Step.DEBUG,
            body.debug() ? "on" : "off",
            policy.allowsDebug() ? "any" : "off",
            Fault.DEBUG,
            "the enclave runs in debug mode: its memory can be read"));
    appraiseMeasurement(accepted);
    checks.addAll(policy.pins().appraise(binding, sgx.platformId()));
    appraiseRoot();
    return checks;
  }

  private void appraiseStatus(Optional<AcceptedMeasurement> accepted) {
    if (sgx.status().isEmpty()) {
      return; // what could not be read has its finding already
    }
    TcbStatus status = sgx.status().get();
    Faults faults = new Faults(Step.TCB_STATUS);
    boolean grace = isInGrace(status);
    if (!policy.statuses().contains(status) && !grace) {
      faults.add(
          Fault.TCB_STATUS,
          "the platform's TCB status " + status.vendorName() + " is not accepted");
    }
    TreeSet<String> open = new TreeSet<>(sgx.advisories());
    accepted.ifPresent(measurement -> open.removeAll(measurement.advisories()));
    if (!open.isEmpty() && !policy.acceptsAnyMeasurement()) {
      faults.add(
          Fault.ADVISORY,
          "the policy does not allow for the advisories " + String.join(", ", open));
    }
    policy
        .minimumEvaluationNumber()
        .filter(minimum -> sgx.evaluationDataNumber() < minimum)
        .ifPresent(
            minimum ->
                faults.add(
                    Fault.COLLATERAL_ROLLED_BACK,
                    "the collateral has evaluation number "
                        + sgx.evaluationDataNumber()
                        + ", the policy asks for "
                        + minimum));
    String seen =
        sgx.advisories().isEmpty()
            ? status.vendorName()
            : status.vendorName() + " (" + String.join(", ", sgx.advisories()) + ")";
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

  /** Grace is for the TCB's date alone: for OutOfDate, and for no document past its own date. */
  private boolean isInGrace(TcbStatus status) {
    return status == TcbStatus.OUT_OF_DATE
        && graceEnd().filter(end -> !instant.isAfter(end)).isPresent();
  }

  private Optional<Instant> graceEnd() {
    return policy.tcbGrace().flatMap(grace -> sgx.tcbDate().map(date -> date.plus(grace)));
  }

  private void appraiseBinding() {
    if (binding.reportData().isEmpty()) {
      return;
    }
    byte[] required = binding.reportData().get();
    checks.add(
        Check.of(
            MessageDigest.isEqual(body.reportData(), required),
            Step.REPORT_DATA,
            abbreviated(body.reportData()),
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
            identity.mrEnclave(),
            accepted.map(AcceptedMeasurement::describe).orElse("one that the policy names"),
            Fault.IDENTITY,
            "the policy does not name this measurement"));
  }

  private void appraiseRoot() {
    String required =
        policy.trustAnchors().stream().map(TrustAnchor::name).collect(Collectors.joining(" | "));
    if (sgx.anchor().isPresent()) {
      TrustAnchor anchor = sgx.anchor().get();
      String seen = anchor.simulated() ? anchor.name() + ", no hardware guarantee" : anchor.name();
      checks.add(Check.passed(Step.TRUST_ROOT, seen, required));
    } else if (sgx.rootName().filter(TrustAnchor::soundsSimulated).isPresent()) {
      checks.add(
          Check.failed(
              Step.TRUST_ROOT,
              sgx.rootName().get(),
              required,
              Fault.SIMULATED_ROOT,
              "the platform is simulated, and the policy does not name it"));
    }
  }

  private static String abbreviated(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length)) + "..";
  }
}
