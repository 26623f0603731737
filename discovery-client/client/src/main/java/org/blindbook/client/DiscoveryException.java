package org.blindbook.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A discovery that failed. The message is one plain sentence for people and contains no identifier,
 * key or credential.
 */
public final class DiscoveryException extends Exception {
  private static final long serialVersionUID = 1;

  private final DiscoveryError error;
  private final Duration retryAfter;

  DiscoveryException(DiscoveryError error, String message) {
    this(error, message, Duration.ZERO, null);
  }

  DiscoveryException(DiscoveryError error, String message, @Nullable Throwable cause) {
    this(error, message, Duration.ZERO, cause);
  }

  DiscoveryException(DiscoveryError error, String message, Duration retryAfter) {
    this(error, message, retryAfter, null);
  }

  private DiscoveryException(
      DiscoveryError error, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.error = error;
    this.retryAfter = retryAfter;
  }

  /** The same failure, with the time that the app may come back at. */
  DiscoveryException retryIn(Duration pause) {
    String sentence = String.valueOf(getMessage());
    return new DiscoveryException(
        error,
        // That one's sentence says when.
        error == DiscoveryError.WRONG_EPOCH ? sentence : sentence + ServerAnswer.tryAgain(pause),
        pause,
        this);
  }

  public DiscoveryError error() {
    return error;
  }

  /**
   * When to call again at the earliest: after at least what the server asked for, spread at random,
   * and longer with each failure in a row. Always there where {@link DiscoveryError#retryable};
   * else empty, but for {@link DiscoveryError#QUOTA_EXHAUSTED}.
   */
  public Optional<Duration> retryAfter() {
    return retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
  }
}
