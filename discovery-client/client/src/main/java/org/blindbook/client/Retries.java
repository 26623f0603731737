package org.blindbook.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how patiently a failed attempt is repeated within one call: exponential backoff
 * with jitter, so that clients which lost a server together do not come back together.
 *
 * @param attempts at most, the first included
 * @param firstPause before the second attempt; doubles from there
 * @param longestPause bounds the backoff; a server that asks for more is asked again by the app,
 *     not by the library
 */
record Retries(int attempts, Duration firstPause, Duration longestPause) {
  static final Retries DEFAULT = new Retries(5, Duration.ofMillis(500), Duration.ofSeconds(15));

  /** How the calling thread waits; tests do not. */
  interface Pause {
    void sleep(Duration pause) throws InterruptedException;
  }

  boolean allow(DiscoveryException failure, int failures) {
    return failure.error().retryable()
        && failures < attempts
        && failure.retryAfter().orElse(Duration.ZERO).compareTo(longestPause) <= 0;
  }

  /**
   * At least what the server asked for, plus a random part of the backoff.
   *
   * @param failures so far, at least 1
   */
  Duration pause(DiscoveryException failure, int failures, RandomGenerator random) {
    long backoff =
        Math.min(
            longestPause.toMillis(),
            firstPause.toMillis() << Math.min(Math.max(failures, 1), 20) - 1);
    long jittered = backoff / 2 + random.nextLong(backoff / 2 + 1);
    return failure.retryAfter().orElse(Duration.ZERO).plusMillis(jittered);
  }
}
