package org.blindbook.attestation;

/** What kind of thing is wrong: what a caller can act on. */
public enum Fault {
  MALFORMED(2, true),
  SIGNATURE(3, true),
  CERTIFICATE(3, true),
  UNTRUSTED_ROOT(3, true),
  QUOTING_ENCLAVE(3, true),
  TDX_MODULE(3, true),
  COLLATERAL_MISSING(4, true),
  COLLATERAL_STALE(4, true),
  COLLATERAL_MISMATCH(4, true),
  COLLATERAL_ROLLED_BACK(4, false),
  REVOKED(5, true),
  TCB_STATUS(6, false),
  ADVISORY(6, false),
  FIRMWARE(6, false),
  KNOWN_BROKEN(6, false),
  IDENTITY(7, false),
  RUNTIME(7, false),
  SETTINGS(7, false),
  KERNEL(7, false),
  THREADS(7, false),
  PLATFORM(7, false),
  OPRF_KEY(7, false),
  DEBUG(7, false),
  MIGRATION(7, false),
  GUEST(7, false),
  SIMULATED_ROOT(3, true),
  BINDING(8, true),
  FRESHNESS(8, true);

  private final int exitCode;
  private final boolean breaksAuthenticity;

  Fault(int exitCode, boolean breaksAuthenticity) {
    this.exitCode = exitCode;
    this.breaksAuthenticity = breaksAuthenticity;
  }

  /** The auditor's exit code for it. */
  public int exitCode() {
    return exitCode;
  }

  /** Whether evidence with this fault proves nothing, as opposed to proving something unwanted. */
  boolean breaksAuthenticity() {
    return breaksAuthenticity;
  }
}
