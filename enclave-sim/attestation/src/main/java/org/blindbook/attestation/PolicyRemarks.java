package org.blindbook.attestation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.attestation.format.TcbStatus;

/** Reads a policy as a reviewer would. */
final class PolicyRemarks {
  /** Of a measurement of TDX or SEV-SNP. */
  private static final int GUEST_DIGITS = 96;

  private PolicyRemarks() {}

  /** Intel gives a platform twelve months to recover. */
  private static final Duration LONGEST_GRACE = Duration.ofDays(365);

  static List<String> on(AppraisalPolicy policy) {
    List<String> remarks = new ArrayList<>();
    if (policy.trustAnchors().stream().anyMatch(TrustAnchor::simulated)) {
      remarks.add(
          "It accepts a simulated root: no hardware stands behind such evidence. For development.");
    }
    if (policy.allowsDebug()) {
      remarks.add("It accepts debug mode, in which the host reads the enclave's memory.");
    }
    onStatuses(policy, remarks);
    GuestRemarks.add(policy, remarks);
    withoutEffect(policy, remarks);
    if (policy.runtimes().isEmpty()) {
      remarks.add("It names no Java runtimes: the enclave may run on any.");
    }
    if (policy.pins().table().kernels().isEmpty()) {
      remarks.add(
          "It names no kernels: the table may run on inner loops whose compiled code nobody stepped"
              + " through.");
    }
    for (AcceptedMeasurement accepted : policy.measurements()) {
      if (accepted.commit().equals("unknown")) {
        remarks.add(
            "Nobody can rebuild release "
                + accepted.release()
                + ": its commit is unknown. Name the commit it was built from.");
      }
    }
    return remarks;
  }

  private static void onStatuses(AppraisalPolicy policy, List<String> remarks) {
    if (!policy.hasStatuses()) {
      return;
    }
    for (TcbStatus status : policy.statuses()) {
      if (status == TcbStatus.OUT_OF_DATE || status == TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED) {
        remarks.add(
            "It accepts "
                + status.vendorName()
                + " for good: known holes stay open. tcbGraceDays accepts it for a while.");
      }
    }
    policy
        .tcbGrace()
        .filter(grace -> grace.compareTo(LONGEST_GRACE) > 0)
        .ifPresent(
            grace ->
                remarks.add(
                    "It accepts OutOfDate for "
                        + grace.toDays()
                        + " days, which is as good as for good: Intel expects recovery within a"
                        + " year."));
    if (policy.minimumEvaluationNumber().isEmpty()) {
      remarks.add(
          "It has no minimumEvaluationNumber: collateral from before a TCB recovery is accepted"
              + " until it expires.");
    }
  }

  /** Keys that say nothing about any evidence that the roots allow. */
  private static void withoutEffect(AppraisalPolicy policy, List<String> remarks) {
    if (!policy.hasStatuses()) {
      List<String> idle = new ArrayList<>();
      if (policy.namesStatuses()) {
        idle.add("tcbStatuses");
      }
      policy.tcbGrace().ifPresent(grace -> idle.add("tcbGraceDays"));
      policy.minimumEvaluationNumber().ifPresent(number -> idle.add("minimumEvaluationNumber"));
      if (policy.measurements().stream().anyMatch(accepted -> !accepted.advisories().isEmpty())) {
        idle.add("advisories");
      }
      idle.forEach(
          key ->
              remarks.add(
                  "Its "
                      + key
                      + (key.endsWith("s") ? " have" : " has")
                      + " no effect: AMD publishes no statuses for SEV-SNP."));
    } else if (policy.tcbGrace().isPresent() && policy.statuses().contains(TcbStatus.OUT_OF_DATE)) {
      remarks.add("Its tcbGraceDays have no effect: it accepts OutOfDate for good.");
    }
    for (AcceptedMeasurement accepted : policy.measurements()) {
      if (!policy.hasStatuses() && accepted.measurement().length() != GUEST_DIGITS) {
        remarks.add(
            "Release "
                + accepted.release()
                + " can never run: its measurement is of SGX, and no root is.");
      }
    }
  }
}
