package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DailyCompactionTest {
  private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;

  private RegistrationStore open() throws StoreException {
    return RegistrationStore.sqlite(folder.resolve("registrations.db"));
  }

  private static byte[] sixteen(int number) {
    return ByteBuffer.allocate(16).putInt(number).putInt(8, 1).array();
  }

  /** Someone left a month ago, and someone else since. */
  private static void fill(RegistrationStore store) throws StoreException {
    for (int number = 1; number <= 3; number++) {
      RegistrationBatch batch = new RegistrationBatch();
      batch.register(sixteen(number), sixteen(number));
      store.apply(batch);
    }
    unregister(store, 1);
    store.mark(InstantSource.fixed(START), DAY);
    unregister(store, 2);
    unregister(store, 3);
  }

  private static void unregister(RegistrationStore store, int number) throws StoreException {
    RegistrationBatch batch = new RegistrationBatch();
    batch.delete(sixteen(number));
    store.apply(batch);
  }

  @Test
  void whatIsAMonthOldGoesAgainAndAgainThoughTheStoreWasAway() throws Exception {
    InstantSource clock = InstantSource.fixed(START.plus(Duration.ofDays(30)));
    AtomicInteger openings = new AtomicInteger();
    DailyCompaction.Opening opening =
        () -> {
          if (openings.incrementAndGet() == 1) {
            throw new OperatorException("away");
          }
          return open();
        };
    try (RegistrationStore store = open()) {
      fill(store);
      try (DailyCompaction running =
          new DailyCompaction(opening, clock, Duration.ZERO, Duration.ofMillis(50))) {
        assertThat(running).isNotNull();
        await().until(() -> openings.get() > 4);
        assertThat(store.unregistered()).isEqualTo(2);
      }
      int after = openings.get();
      Thread.sleep(200);
      assertThat(openings).as("it has ended").hasValue(after);
    }
  }
}
