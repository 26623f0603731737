package org.blindbook.server.auth;

/** What became of a credential. */
public sealed interface Verification {

  /**
   * @param account 32 bytes that stand for the account wherever the enclave asks for one: the
   *     credential's pseudonym
   */
  record Accepted(byte[] account) implements Verification {}

  record Refused(Refusal reason) implements Verification {}

  /** Why a credential admits nobody. */
  enum Refusal {
    /** Absent, or not written as a credential. */
    MALFORMED,
    /** Not minted with this host's key. */
    WRONG,
    /** Minted too long ago: the client asks its backend for another. */
    EXPIRED,
    /** Minted later than now: the backend's clock or the host's is wrong. */
    FROM_THE_FUTURE
  }
}
