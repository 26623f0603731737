package org.blindbook.loadtest.driver;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.blindbook.loadtest.measurement.Outcome;

/** What a client does that was not answered. */
public enum RetryPolicy {
  /** It gives up. */
  NONE {
    @Override
    boolean retries(Outcome outcome) {
      return false;
    }

    @Override
    long delayMillis(Outcome outcome, int attempts, RandomGenerator random) {
      throw new IllegalStateException("there is no next attempt");
    }
  },
  /**
   * It waits as long as the server asked, and then at random up to a second, which doubles with
   * each attempt up to a minute: exponential backoff with full jitter.
   */
  POLITE {
    @Override
    long delayMillis(Outcome outcome, int attempts, RandomGenerator random) {
      long asked = outcome instanceof Outcome.Refused refused ? refused.retryAfterSeconds() : 0;
      long spread = Math.min(MAX_BACKOFF_MILLIS, BACKOFF_MILLIS << Math.min(attempts - 1, 16));
      return asked * 1_000 + random.nextLong(spread + 1);
    }
  },
  /** It comes back at once, whatever the server asked: as clients did in January 2021. */
  STAMPEDE {
    @Override
    long delayMillis(Outcome outcome, int attempts, RandomGenerator random) {
      return 0;
    }
  };

  private static final long BACKOFF_MILLIS = 1_000;
  private static final long MAX_BACKOFF_MILLIS = 60_000;

  boolean retries(Outcome outcome) {
    return isPassing(outcome);
  }

  abstract long delayMillis(Outcome outcome, int attempts, RandomGenerator random);

  /**
   * Milliseconds until the next attempt; empty for none.
   *
   * @param attempts so far, at least 1
   */
  OptionalLong next(Outcome outcome, int attempts, RandomGenerator random) {
    return retries(outcome)
        ? OptionalLong.of(delayMillis(outcome, attempts, random))
        : OptionalLong.empty();
  }

  private static boolean isPassing(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Right _, Outcome.Wrong _ -> false;
      case Outcome.Refused refused -> refused.passing();
      case Outcome.Failed failed -> failed.passing();
      case Outcome.TimedOut _ -> true;
    };
  }
}
