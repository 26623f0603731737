package org.blindbook.protocol.message;

/** What an enclave of a blinded deployment does; attested in the {@link Claims}. */
public enum DeploymentRole {
  /** Evaluates blinded elements. Holds the evaluator's key and no table. */
  EVALUATOR(1),
  /** Looks up keys. Holds a table and no evaluator's key. */
  LOOKUP(2);

  private final int wire;

  DeploymentRole(int wire) {
    this.wire = wire;
  }

  /** The number that stands for it. */
  public int wire() {
    return wire;
  }
}
