package org.blindbook.server.serving;

import java.time.Duration;
import java.time.InstantSource;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.registrations.Compaction;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a store once a day, for as long as a server runs that looks up in it. Several servers of
 * one store take turns, and the first has most of the work.
 */
final class DailyCompaction implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DailyCompaction.class);

  /** What a server is started for comes first. */
  private static final Duration FIRST = Duration.ofHours(1);

  private static final Duration EVERY = Duration.ofDays(1);

  /** Opens the store, which is closed when it has been compacted. */
  interface Opening {
    RegistrationStore open() throws StoreException, OperatorException;
  }

  private final Opening opening;
  private final InstantSource clock;
  private final Thread thread;

  DailyCompaction(Opening opening, InstantSource clock, Duration first, Duration every) {
    this.opening = opening;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("compaction").daemon().start(() -> repeat(first, every));
  }

  static DailyCompaction of(Opening opening) {
    return new DailyCompaction(opening, InstantSource.system(), FIRST, EVERY);
  }

  private void repeat(Duration first, Duration every) {
    try {
      for (Duration pause = first; ; pause = every) {
        Thread.sleep(pause);
        compact();
      }
    } catch (InterruptedException e) {
      log.debug("no more compaction");
    }
  }

  private void compact() throws InterruptedException {
    try (RegistrationStore store = opening.open()) {
      Compaction.Report report =
          Compaction.run(store, clock, Compaction.DEFAULT_AGE, removed -> {});
      if (report.removed() > 0) {
        log.info("removed {} rows of users who were unregistered long ago", report.removed());
      }
    } catch (StoreException | OperatorException e) {
      log.warn("the store cannot be compacted now; trying again in a day");
    }
  }

  /** What is going on is not waited for longer than a batch takes. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
