package org.blindbook.platform;

/**
 * Things that go wrong with real platforms and can be played by the simulated one, so that relying
 * parties can see what they do then. None is set in normal use.
 */
public enum Condition {
  /** The authority has revoked this platform's PCK certificate. */
  REVOKED_PCK,
  /** The root has revoked the authority that issued the PCK certificate. */
  REVOKED_AUTHORITY,
  /** A new microcode is out and this platform lacks it: OutOfDate, with an advisory. */
  TCB_RECOVERY,
  /** No level of the TCB info matches this platform: NotSupported. */
  UNSUPPORTED_TCB,
  /** The TCB info is of another processor family. */
  OTHER_TCB_INFO,
  /** The QE identity is of another quoting enclave. */
  OTHER_QE_IDENTITY,
  /** The quoting enclave is older than the newest one. */
  OLD_QUOTING_ENCLAVE,
  /** Enclaves run in debug mode. */
  DEBUG,
  /** The signed documents and lists are past their next update. */
  EXPIRED_COLLATERAL,
  /** The PCK certificate's validity is over. */
  EXPIRED_PCK
}
