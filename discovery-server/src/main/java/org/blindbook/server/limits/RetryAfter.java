package org.blindbook.server.limits;

import java.util.random.RandomGenerator;

/**
 * How long a refused client is told to wait: at least the base time and less than twice that, so
 * that clients refused together do not come back together.
 */
public final class RetryAfter {
  private final RandomGenerator random;
  private final int baseSeconds;

  public RetryAfter(RandomGenerator random, int baseSeconds) {
    this.random = random;
    this.baseSeconds = baseSeconds;
  }

  public int seconds() {
    return baseSeconds + random.nextInt(baseSeconds);
  }
}
