package org.blindbook.protocol.message;

/** What an enclave of a blinded deployment does; attested in the {@link Claims}. */
public enum DeploymentRole {
  /** Evaluates blinded elements. Holds the evaluator's key and no table. */
  EVALUATOR(1),
  /** Looks up keys. Holds a table and no evaluator's key. */
  LOOKUP(2),
  /** Does both, on one connection. */
  BOTH(3);

  private final int wire;

  DeploymentRole(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  public boolean evaluates() {
    return (wire & EVALUATOR.wire) != 0;
  }

  public boolean looksUp() {
    return (wire & LOOKUP.wire) != 0;
  }

  static DeploymentRole ofWire(int wire) throws MalformedMessageException {
    for (DeploymentRole role : values()) {
      if (role.wire == wire) {
        return role;
      }
    }
    throw new MalformedMessageException("unknown role");
  }
}
