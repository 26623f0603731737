package org.blindbook.server.limits;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a refused client is told to wait: the base time and the time that the backlog takes, and
 * at random up to as much again, so that clients refused together do not come back together.
 */
public final class RetryAfter {
  private final RandomGenerator random;
  private final int baseSeconds;

  public RetryAfter(RandomGenerator random, int baseSeconds) {
    this.random = random;
    this.baseSeconds = baseSeconds;
  }

  /** Where nothing waits. */
  public int seconds() {
    return seconds(Duration.ZERO);
  }

  /**
   * @param backlog how long the work takes that comes before the client's
   */
  public int seconds(Duration backlog) {
    int least = Math.toIntExact(baseSeconds + backlog.toSeconds());
    return least + random.nextInt(least);
  }
}
