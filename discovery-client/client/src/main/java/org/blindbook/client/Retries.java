package org.blindbook.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how patiently a failed attempt is repeated: exponential backoff with full jitter,
 * so that clients which lost a server together do not come back together. What a server asks for is
 * the least that is waited, and is spread as widely as it is long.
 *
 * @param attempts at most in one call, the first included
 * @param firstPause bounds the jitter after the first failure; doubles with each
 * @param longestPause bounds the backoff within a call; a server that asks for more is asked again
 *     by the app, not by the library
 */
record Retries(int attempts, Duration firstPause, Duration longestPause) {
  static final Retries DEFAULT = new Retries(4, Duration.ofSeconds(1), Duration.ofSeconds(15));

  /** Bounds the backoff that an app is told of: after more, nobody would think of waiting. */
  private static final Duration LONGEST_OF_APP = Duration.ofHours(1);

  /** What an app is told of a server's wait at most: a wrong number shall not end its syncs. */
  private static final Duration LONGEST_FLOOR_OF_APP = Duration.ofDays(1);

  private static final int MAX_DOUBLINGS = 30;

  /** How the calling thread waits; tests do not. */
  interface Pause {
    void sleep(Duration pause) throws InterruptedException;
  }

  /**
   * @param attempted in this call so far
   */
  boolean allow(DiscoveryException failure, int attempted) {
    return failure.error().retryable()
        && attempted < attempts
        && isShort(failure.retryAfter().orElse(Duration.ZERO));
  }

  /** Whether a call may wait that long. */
  boolean isShort(Duration floor) {
    return floor.compareTo(longestPause) <= 0;
  }

  /**
   * Before the next attempt of a call.
   *
   * @param floor what the server asked for
   * @param failures in a row, at least 1
   */
  Duration pause(Duration floor, int failures, RandomGenerator random) {
    return spread(floor, failures, longestPause, random);
  }

  /** Before the next call: the same with more patience, in whole seconds, at least one. */
  Duration pauseOfApp(Duration floor, int failures, RandomGenerator random) {
    Duration bounded = floor.compareTo(LONGEST_FLOOR_OF_APP) > 0 ? LONGEST_FLOOR_OF_APP : floor;
    Duration spread = spread(bounded, failures, LONGEST_OF_APP, random);
    // An app that is told zero is told nothing.
    return Duration.ofSeconds(Math.max(1, spread.plusMillis(999).toSeconds()));
  }

  private Duration spread(Duration floor, int failures, Duration longest, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
    long backoff = Math.min(longest.toMillis(), firstPause.toMillis() << doublings);
    long ceiling = Math.max(backoff, floor.toMillis());
    return floor.plusMillis(random.nextLong(ceiling + 1));
  }
}
