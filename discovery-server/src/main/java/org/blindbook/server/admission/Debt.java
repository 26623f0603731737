package org.blindbook.server.admission;

import java.time.Duration;

/**
 * The work of clients that were refused not long ago. They were told when to come back, so it is
 * work that will come back; it is paid off at the pace at which the enclaves work.
 *
 * <p>Not thread-safe.
 */
final class Debt {
  /** Refused clients are told no more than this, whatever has been refused. */
  private static final Duration MAX = Duration.ofMinutes(2);

  private final Pace pace;
  private final int cores;
  private double micros;
  private long paidAt;
  private long refusals;

  /**
   * @param now {@link System#nanoTime}
   */
  Debt(Pace pace, int cores, long now) {
    this.pace = pace;
    this.cores = cores;
    this.paidAt = now;
  }

  /** One more was refused, for want of as much work. */
  void add(long refusedMicros, long now) {
    refusals++;
    payOff(now);
    micros = Math.min(micros + refusedMicros, MAX.toNanos() / 1e3 * cores / pace.get());
  }

  /** Estimated microseconds of work that are still to come back. */
  long micros(long now) {
    payOff(now);
    return (long) micros;
  }

  /** How many were refused since start. */
  long refusals() {
    return refusals;
  }

  private void payOff(long now) {
    micros = Math.max(0, micros - (now - paidAt) / 1e3 * cores / pace.get());
    paidAt = now;
  }
}
