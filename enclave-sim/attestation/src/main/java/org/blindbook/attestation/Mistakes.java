package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a policy, collected so that reading does not stop at the first mistake. */
final class Mistakes {
  private final List<PolicyException.Mistake> found = new ArrayList<>();

  /** Reads a part of a policy. */
  interface Reading<T> {
    T read() throws PolicyException;
  }

  /** What was read, or a value to go on with: then nothing comes of the policy. */
  <T> T orElse(T otherwise, Reading<T> reading) {
    try {
      return reading.read();
    } catch (PolicyException e) {
      add(e);
      return otherwise;
    }
  }

  void add(PolicyException e) {
    found.addAll(e.found());
  }

  void throwIfAny() throws PolicyException {
    if (!found.isEmpty()) {
      throw new PolicyException(found);
    }
  }
}
