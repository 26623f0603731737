package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong in one step, so that nothing stops at the first. */
final class Faults {
  private final Step step;
  private final List<Finding> findings = new ArrayList<>();

  Faults(Step step) {
    this.step = step;
  }

  Step step() {
    return step;
  }

  /**
   * @param text a plain sentence without a full stop
   */
  void add(Fault fault, String text) {
    findings.add(new Finding(step, fault, text, false));
  }

  /** What would not be wrong at another time, likewise. */
  void addOfTime(Fault fault, String text) {
    findings.add(new Finding(step, fault, text, true));
  }

  List<Finding> findings() {
    return findings;
  }
}
