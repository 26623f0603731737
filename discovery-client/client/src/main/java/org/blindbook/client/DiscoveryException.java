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

  public DiscoveryError error() {
    return error;
  }

  /** How long the server asks to wait before the next attempt; empty when it did not say. */
  public Optional<Duration> retryAfter() {
    return retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
  }
}
