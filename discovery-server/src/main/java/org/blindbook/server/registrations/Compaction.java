package org.blindbook.server.registrations;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Removes the rows of who was unregistered long ago from a store that others use meanwhile. Who
 * follows the store and is as far behind begins anew; a younger age makes that more likely, and
 * nothing else.
 */
public final class Compaction {
  public static final Duration DEFAULT_AGE = Duration.ofDays(30);
  public static final Duration LEAST_AGE = Duration.ofDays(1);

  /** Older than any {@link Mark}. */
  public static final Duration MOST_AGE = RegistrationStore.MARKS_KEPT;

  /** Other writers wait for so many at most: tens of milliseconds. */
  private static final int BATCH = 4096;

  /** Whoever waits to write to a SQLite file looks again at least ten times a second. */
  private static final long PAUSE_MILLIS = 110;

  private Compaction() {}

  /**
   * What it came to.
   *
   * @param removed how many rows
   * @param before what was unregistered before this time is what was looked at; empty when the
   *     store does not know of any change that it is as old
   * @param known since when the store knows how old changes are
   */
  public record Report(long removed, Optional<Instant> before, Instant known) {}

  /**
   * Runs until there is nothing more to remove. Several at once take turns.
   *
   * @param age {@link #LEAST_AGE} to {@link #MOST_AGE}: what is younger stays
   * @param progress told how many were removed so far
   */
  public static Report run(
      RegistrationStore store, InstantSource clock, Duration age, LongConsumer progress)
      throws StoreException, InterruptedException {
    if (age.compareTo(LEAST_AGE) < 0 || age.compareTo(MOST_AGE) > 0) {
      throw new IllegalArgumentException("the age is out of its range");
    }
    Mark mark = store.mark(clock, age).getFirst();
    // Marks are of whole seconds, rounded up.
    if (mark.time().isAfter(clock.instant().minus(age).plusSeconds(1))) {
      return new Report(0, Optional.empty(), mark.time());
    }
    long removed = 0;
    for (long batch = store.compact(mark.sequence(), BATCH);
        batch > 0;
        batch = store.compact(mark.sequence(), BATCH)) {
      removed += batch;
      progress.accept(removed);
      Thread.sleep(PAUSE_MILLIS);
    }
    return new Report(removed, Optional.of(mark.time()), mark.time());
  }
}
