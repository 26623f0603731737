package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;
import org.blindbook.attestation.format.TcbStatus;

/** Reads a policy as a reviewer would. */
final class PolicyRemarks {
  private PolicyRemarks() {}

  static List<String> on(AppraisalPolicy policy) {
    List<String> remarks = new ArrayList<>();
    if (policy.trustAnchors().stream().anyMatch(TrustAnchor::simulated)) {
      remarks.add(
          "It accepts a simulated root: no hardware stands behind such evidence. For development.");
    }
    if (policy.allowsDebug()) {
      remarks.add("It accepts debug mode, in which the host reads the enclave's memory.");
    }
    for (TcbStatus status : policy.statuses()) {
      if (status == TcbStatus.OUT_OF_DATE || status == TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED) {
        remarks.add(
            "It accepts "
                + status.vendorName()
                + " for good: known holes stay open. tcbGraceDays accepts it for a while.");
      }
    }
    if (policy.minimumEvaluationNumber().isEmpty()) {
      remarks.add(
          "It has no minimumEvaluationNumber: collateral from before a TCB recovery is accepted"
              + " until it expires.");
    }
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
}
