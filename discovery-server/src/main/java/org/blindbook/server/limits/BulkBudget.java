package org.blindbook.server.limits;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How many identifiers may be evaluated in bulk: so many a day, all of them at once after a quiet
 * day. Counts what was evaluated and what was refused, for the operator's audit. In memory: a
 * restart begins a new day.
 */
public final class BulkBudget {
  private static final long MILLIS_PER_DAY = Duration.ofDays(1).toMillis();

  private final long perDay;
  private final InstantSource clock;
  private double left;
  private long countedAtMillis;
  private long evaluated;
  private long refused;

  public BulkBudget(long perDay, InstantSource clock) {
    this.perDay = perDay;
    this.clock = clock;
    this.left = perDay;
    this.countedAtMillis = clock.millis();
  }

  /** Takes so many, or none; returns 0, or the seconds after which to ask again. */
  public synchronized int take(int identifiers) {
    long now = clock.millis();
    double gained = (double) perDay * Math.max(0, now - countedAtMillis) / MILLIS_PER_DAY;
    left = Math.min(perDay, left + gained);
    countedAtMillis = Math.max(now, countedAtMillis);
    if (left < identifiers) {
      refused += identifiers;
      double millis = (identifiers - left) * MILLIS_PER_DAY / perDay;
      return 1 + (int) Math.min(MILLIS_PER_DAY, millis) / 1_000;
    }
    left -= identifiers;
    evaluated += identifiers;
    return 0;
  }

  /** Identifiers evaluated since start. */
  public synchronized long evaluated() {
    return evaluated;
  }

  /** Identifiers refused since start. */
  public synchronized long refused() {
    return refused;
  }
}
