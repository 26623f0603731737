package org.blindbook.server.admission;

import java.time.Duration;

/**
 * How many microseconds an estimated microsecond of work takes here, on each of the cores: 1 where
 * {@link WorkCost} is right and nothing else runs. Measured while there is work for every core, and
 * only then: slow clients make no slow machine. It turns estimates into times; it admits nobody by
 * itself, and is bounded, so that no feedback can carry it away. A machine that has become slower
 * is believed within a second, for whom it keeps waiting; one that has become faster, or has
 * nothing to do, is not believed so soon.
 *
 * <p>Not thread-safe.
 */
final class Pace {
  private static final long WINDOW_NANOS = Duration.ofMillis(250).toNanos();
  private static final double WEIGHT_SLOWER = 0.5;
  private static final double WEIGHT_FASTER = 0.1;
  private static final double MIN = 0.5;
  private static final double MAX = 16;

  private final int cores;
  private double pace = 1;
  private boolean measuring;
  private long since;
  private long doneMicros;
  private boolean idle;
  private long idleSince;

  Pace(int cores) {
    this.cores = cores;
  }

  double get() {
    return pace;
  }

  /**
   * A call is answered.
   *
   * @param micros what it was taken to cost
   * @param busy whether there was, and is, at least one other call for every core
   * @param now {@link System#nanoTime}
   */
  void done(long micros, boolean busy, long now) {
    if (!busy) {
      measuring = false;
      beIdle(now);
      return;
    }
    idle = false;
    if (!measuring) {
      measuring = true;
      since = now;
      doneMicros = 0;
      return;
    }
    doneMicros += micros;
    long elapsed = now - since;
    if (elapsed >= WINDOW_NANOS && doneMicros > 0) {
      double measured = Math.clamp(elapsed / 1e3 * cores / doneMicros, MIN, MAX);
      pace += (measured > pace ? WEIGHT_SLOWER : WEIGHT_FASTER) * (measured - pace);
      since = now;
      doneMicros = 0;
    }
  }

  /** A machine that has less work than cores is not behind, whatever it was when it had more. */
  private void beIdle(long now) {
    if (!idle) {
      idle = true;
      idleSince = now;
    } else if (now - idleSince >= WINDOW_NANOS) {
      pace += WEIGHT_FASTER * Math.min(0, 1 - pace);
      idleSince = now;
    }
  }
}
