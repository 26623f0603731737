package org.blindbook.client;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a client from doing harm to a service in trouble. It is part of the stored state, so
 * an app that is started anew for each call is held to it as well. It depends on nothing but what
 * the host sees anyway.
 *
 * <p>The retry budget is a token bucket: each call pays a tenth of a retry in, each retry takes one
 * out. Over time retries are at most a tenth of calls, whatever the service does; a client that
 * made none for long has {@value #RESERVE} in reserve.
 *
 * @param tenths of a retry that are left, 0 to {@value #FULL}
 * @param failures in a row, over calls
 * @param notBeforeSeconds a server asked not to be connected to before, seconds since 1970; 0 when
 *     none did
 * @param reason why it asked; null when none did
 */
record Pacing(int tenths, int failures, long notBeforeSeconds, @Nullable DiscoveryError reason) {
  static final int RESERVE = 3;
  static final int FULL = 10 * RESERVE;
  static final int MAX_FAILURES = 100;

  /**
   * The longest that a server may keep clients away: a proxy that is set up wrongly must not lock
   * them out for weeks.
   */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final int RETRY = 10;

  static Pacing fresh() {
    return new Pacing(FULL, 0, 0, null);
  }

  /** A call begins. */
  Pacing called() {
    return new Pacing(Math.min(FULL, tenths + 1), failures, notBeforeSeconds, reason);
  }

  boolean affordsRetry() {
    return tenths >= RETRY;
  }

  /** A call is about to try again. */
  Pacing retrying() {
    return new Pacing(tenths - RETRY, failures, notBeforeSeconds, reason);
  }

  /** An attempt failed in a way that may pass. */
  Pacing failed(DiscoveryException failure, Instant now) {
    int more = Math.min(MAX_FAILURES, failures + 1);
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    if (asked.isZero()) {
      return new Pacing(tenths, more, notBeforeSeconds, reason);
    }
    Duration bounded = asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    return new Pacing(tenths, more, now.plus(bounded).getEpochSecond(), failure.error());
  }

  /** The service answered to the end, however it decided. */
  Pacing answered() {
    return new Pacing(tenths, 0, 0, null);
  }

  /** How long the service has still to be left alone; zero when not at all. */
  Duration remaining(Instant now) {
    Duration remaining = Duration.ofSeconds(notBeforeSeconds - now.getEpochSecond());
    // More than was ever noted: the device's clock was set back.
    return remaining.isNegative() || remaining.compareTo(LONGEST) > 0 ? Duration.ZERO : remaining;
  }
}
