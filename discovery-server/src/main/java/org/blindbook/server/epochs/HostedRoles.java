package org.blindbook.server.epochs;

/**
 * Which enclaves a host in mode blinded runs for each of its epochs. One operator who does both
 * runs two of them; what each enclave does is its own program.
 */
public enum HostedRoles {
  EVALUATOR,
  LOOKUP,
  BOTH;

  /** Whether an evaluator enclave is among them. */
  public boolean evaluates() {
    return this != LOOKUP;
  }

  /** Whether a lookup enclave is among them. */
  public boolean looksUp() {
    return this != EVALUATOR;
  }
}
