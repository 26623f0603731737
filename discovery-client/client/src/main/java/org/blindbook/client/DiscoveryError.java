package org.blindbook.client;

/** Why a discovery failed; each value is something an app can act on. */
public enum DiscoveryError {
  /**
   * The server did not prove that it runs an enclave the policy accepts, or its TLS certificate is
   * not accepted. Nothing about contacts was sent. Do not fall back to another way of asking; check
   * the policy, or update the app.
   */
  UNTRUSTED_SERVER(false),
  /** The credential is missing, wrong or expired. Get a new one from the messenger's backend. */
  UNAUTHENTICATED(false),
  /** The account has not enough permits for its new contacts. Wait for the time given. */
  QUOTA_EXHAUSTED(false),
  /**
   * The enclave does not accept the stored proof of what was paid: the server named another
   * account, or the enclave lost its keys. Nothing changed. Deleting the state pays for all
   * contacts again: do that when the messenger says so, never because a call failed.
   */
  TOKEN_NOT_ACCEPTED(false),
  /** The account connects too often. Wait for the time given. */
  RATE_LIMITED(true),
  /** The service is at its limit. Wait for the time given. */
  OVERLOADED(true),
  /** The service is being restarted. Try again later; nothing is paid twice. */
  RESTARTING(true),
  /** The server cannot be reached, or the connection broke. Try again; nothing is paid twice. */
  NETWORK(true),
  /**
   * The other side does not speak this protocol, or messages were changed on the way. Check the
   * server's address, or update the app.
   */
  PROTOCOL_VIOLATION(false),
  /**
   * The evaluator did not prove that it used the key that the policy names on what the client sent.
   * Nothing of its answer was used. Do not go on with this evaluator; tell the messenger.
   */
  UNPROVEN_EVALUATION(false),
  /**
   * The service uses none of the keys that the policy names: they were retired, or are being
   * changed now. Try again later; if that does not help, update the policy, or the app that holds
   * it.
   */
  WRONG_EPOCH(true),
  /**
   * The server is not for this: nobody evaluates at the evaluator's address, or one of two services
   * was asked for the other's part. Check the addresses and the policy.
   */
  WRONG_ROLE(false),
  /** More than 32,768 different contacts. Ask for fewer. */
  TOO_MANY_CONTACTS(false),
  /** The stored state is damaged or of a newer version. Delete it; contacts are paid for again. */
  STATE_UNREADABLE(false),
  /** The stored state belongs to another server or account. Keep one store for each. */
  STATE_OF_ANOTHER_ACCOUNT(false),
  /** The state store failed. Check its folder's permissions and the free space. */
  STATE_UNAVAILABLE(false),
  /** Too many calls of one client wait for their turn. Wait for one to end. */
  TOO_MANY_CALLS(false),
  /** The executor's thread was interrupted. */
  CANCELLED(false);

  private final boolean retryable;

  DiscoveryError(boolean retryable) {
    this.retryable = retryable;
  }

  /**
   * Whether the same call may succeed later without any change. The client has then tried again by
   * itself, as often as its retry budget allows.
   */
  public boolean retryable() {
    return retryable;
  }
}
