package org.blindbook.server.ledgers;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a record is kept after its last change. Then it says what no record says: an account
 * that has gained back everything. It may be kept for longer, never shorter.
 *
 * @param ledgers a whole quota of permits has come back by then
 * @param work a whole bucket of work has come back by then
 */
public record Retention(Duration ledgers, Duration work) {
  private static final long SECONDS_PER_DAY = Duration.ofDays(1).toSeconds();
  private static final long MICRO = 1_000_000;

  /** Clocks that differ, and days that are counted as whole ones. */
  private static final Duration MARGIN = Duration.ofDays(2);

  /**
   * Nobody keeps a ledger for less, so that an operator who halves the refill gives nobody a fresh
   * ledger in place of one that has not come back yet.
   */
  private static final Duration SHORTEST = Duration.ofDays(30);

  /**
   * For these settings of the enclaves.
   *
   * @param permits of a full account
   * @param permitsPerDay that it gains
   * @param workRefill how long a whole bucket of work takes to come back
   */
  public static Retention of(int permits, int permitsPerDay, Duration workRefill) {
    // As the enclave counts: in millionths a second, rounded down.
    long perSecond = permitsPerDay * MICRO / SECONDS_PER_DAY;
    Duration refill = Duration.ofSeconds(1 + permits * MICRO / perSecond);
    Duration ledgers = refill.plus(MARGIN);
    return new Retention(
        ledgers.compareTo(SHORTEST) > 0 ? ledgers : SHORTEST, workRefill.plus(MARGIN));
  }

  /** Empty for what is kept for ever. */
  Optional<Duration> of(RecordKind kind) {
    return switch (kind) {
      case LOOKUP_LEDGER, EVALUATOR_LEDGER, RECENT_LEDGER -> Optional.of(ledgers);
      case WORK -> Optional.of(work);
      case BULK -> Optional.empty();
    };
  }
}
