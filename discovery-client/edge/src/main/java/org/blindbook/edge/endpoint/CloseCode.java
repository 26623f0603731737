package org.blindbook.edge.endpoint;

import java.util.Optional;

/** WebSocket close codes of the discovery endpoint, and what a client does about each. */
public enum CloseCode {
  /** The exchange is complete. */
  NORMAL(1000, false),
  /** A message was malformed or failed authentication. A correct client never sees this. */
  BAD_REQUEST(4400, false),
  /** The credential is missing, wrong or expired. Get a new one. */
  UNAUTHENTICATED(4401, false),
  /** Too many connections of this account. Wait for the time given. */
  RATE_LIMITED(4429, true),
  /** The service is at its limit. Wait for the time given. */
  OVERLOADED(4503, true),
  /** The enclave is being restarted. Reconnect; a retry is not charged again. */
  ENCLAVE_RESTARTING(4504, true),
  /** The request names an epoch that is not served. Read the new claims. */
  WRONG_EPOCH(4410, false);

  private static final String RETRY_AFTER = "retry-after=";

  private final int code;
  private final boolean retryable;

  CloseCode(int code, boolean retryable) {
    this.code = code;
    this.retryable = retryable;
  }

  public int code() {
    return code;
  }

  /** Whether the same request may succeed later. */
  public boolean retryable() {
    return retryable;
  }

  public static Optional<CloseCode> of(int code) {
    for (CloseCode value : values()) {
      if (value.code == code) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** The close reason that carries a waiting time. */
  public static String retryAfterReason(int seconds) {
    return RETRY_AFTER + seconds;
  }

  /** The waiting time in a close reason, 0 when there is none. */
  public static int retryAfterSeconds(String reason) {
    if (!reason.startsWith(RETRY_AFTER)) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(reason.substring(RETRY_AFTER.length())));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
