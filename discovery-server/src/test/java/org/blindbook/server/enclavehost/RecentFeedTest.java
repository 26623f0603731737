package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the table, while the store grows and time passes. */
class RecentFeedTest {
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;
  private RegistrationStore operator;
  private RegistrationStore store;
  private ScriptedLookup enclave;
  private RecentWindow window;
  private RecentFeed feed;
  private Instant now = START;

  @BeforeEach
  void open() throws Exception {
    operator = RegistrationStore.sqlite(folder.resolve("registrations.db"));
    store = RegistrationStore.sqlite(folder.resolve("registrations.db"));
    restart();
  }

  /** A new enclave with an empty table, and one of four registrations of two days at most. */
  private void restart() throws Exception {
    enclave = new ScriptedLookup();
    window = new RecentWindow(new RecentWindow.Limits(DAY.multipliedBy(2), 4));
    LookupConnection connection =
        new ScriptedLauncher<>(() -> enclave, LookupConnection::connect).launch().connection();
    feed = new RecentFeed(connection, store, window, () -> now);
  }

  @AfterEach
  void close() {
    operator.close();
    store.close();
  }

  private void register(int from, int to) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = from; i < to; i++) {
      batch.register(sixteen(i), sixteen(i + 1));
    }
    operator.apply(batch);
  }

  private void unregister(int number) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    batch.delete(sixteen(number));
    operator.apply(batch);
  }

  private static byte[] sixteen(int number) {
    return ByteBuffer.allocate(16).putInt(number).putInt(8, number).array();
  }

  private void pass(Duration time) throws Exception {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      Instant next = now.plus(Duration.ofHours(1));
      now = next.isBefore(end) ? next : end;
      catchUp();
    }
  }

  private void catchUp() throws Exception {
    do {
      assertThat(enclave.table.size()).isLessThanOrEqualTo((int) (operator.registered() / 4));
    } while (!feed.advance());
  }

  private Set<Integer> recent() {
    Set<Integer> numbers = new TreeSet<>();
    enclave.table.keySet().forEach(key -> numbers.add(key.getInt(0)));
    return numbers;
  }

  @Test
  void whatWasThereAtFirstIsNotRecentAndWhatComesIs() throws Exception {
    register(0, 100);
    catchUp();
    assertThat(recent()).isEmpty();
    assertThat(window.reachesBackTo(START)).isTrue();
    assertThat(window.reachesBackTo(START.minusSeconds(1))).isFalse();
    register(100, 103);
    catchUp();
    assertThat(recent()).containsExactly(100, 101, 102);
    assertThat(feed.progress()).isEqualTo(new TableProgress(3, 103, 103));
  }

  @Test
  void whatIsOlderThanTwoDaysGoesUnlessItHasChangedSince() throws Exception {
    register(0, 100);
    catchUp();
    register(100, 103);
    pass(DAY);
    RegistrationBatch changed = new RegistrationBatch();
    changed.register(sixteen(101), sixteen(7));
    changed.register(sixteen(50), sixteen(8));
    operator.apply(changed);
    unregister(102);
    catchUp();
    assertThat(recent()).containsExactly(50, 100, 101);
    assertThat(window.reachesBackTo(START)).isTrue();
    pass(DAY.plusHours(1));
    assertThat(recent()).containsExactly(50, 101);
    assertThat(window.reachesBackTo(START)).isFalse();
    assertThat(window.reachesBackTo(START.plus(DAY))).isTrue();
    pass(DAY.multipliedBy(2));
    assertThat(recent()).isEmpty();
  }

  @Test
  void aLoadOfEverybodyMakesNobodyRecentButTheNewest() throws Exception {
    catchUp();
    assertThat(window.reachesBackTo(Instant.EPOCH)).as("nothing was ever written").isTrue();
    register(0, 40);
    catchUp();
    assertThat(recent()).hasSizeBetween(5, 10);
    assertThat(window.reachesBackTo(START)).isTrue();
    now = now.plusSeconds(60);
    register(40, 70_000);
    catchUp();
    assertThat(recent()).hasSizeBetween(15_000, 17_500);
    assertThat(window.reachesBackTo(START.plusSeconds(59))).isFalse();
    assertThat(window.reachesBackTo(START.plusSeconds(60))).isTrue();
  }

  @Test
  void whatTheEnclaveRefusedIsGivenToItAgain() throws Exception {
    register(0, 100);
    catchUp();
    register(100, 103);
    enclave.updateError = CallError.TABLE_FULL;
    assertThatThrownBy(feed::advance).isInstanceOf(CallException.class);
    enclave.updateError = null;
    catchUp();
    assertThat(recent()).containsExactly(100, 101, 102);
    pass(DAY.multipliedBy(2));
    enclave.updateError = CallError.TABLE_FULL;
    now = now.plus(DAY);
    assertThatThrownBy(feed::advance).isInstanceOf(CallException.class);
    enclave.updateError = null;
    catchUp();
    assertThat(recent()).isEmpty();
  }

  @Test
  void aNewEnclaveIsGivenTheSameAgain() throws Exception {
    register(0, 100);
    catchUp();
    register(100, 105);
    pass(DAY);
    register(105, 110);
    pass(DAY.plusHours(1));
    Set<Integer> before = recent();
    assertThat(before).containsExactly(105, 106, 107, 108, 109);
    restart();
    catchUp();
    assertThat(recent()).isEqualTo(before);
    assertThat(window.reachesBackTo(START.plus(DAY))).isTrue();
  }

  @Test
  void aTableThatTheStoreWasCompactedPastIsGivenUpAndTheNextOneHasItAll() throws Exception {
    register(0, 100);
    catchUp();
    register(100, 103);
    catchUp();
    unregister(101);
    register(103, 104);
    assertThat(operator.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    assertThatThrownBy(this::catchUp)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compacted past the table");
    now = now.plusSeconds(60);
    restart();
    catchUp();
    assertThat(recent()).containsExactly(100, 102, 103);
  }

  /** The window begins after the change by which somebody in the table left. */
  @Test
  void whoLeavesWhileMoreComeThanAreRecentIsNotInIt() throws Exception {
    register(0, 400);
    catchUp();
    register(400, 405);
    catchUp();
    assertThat(recent()).contains(402);
    now = now.plusSeconds(60);
    unregister(402);
    register(405, 2_000);
    catchUp();
    assertThat(recent()).hasSizeBetween(400, 500).doesNotContain(402);
  }

  @Test
  void whoHasLeftAndIsCompactedAwayBeforeTheWindowMovesPastItIsNoticed() throws Exception {
    register(0, 400);
    catchUp();
    register(400, 405);
    catchUp();
    unregister(402);
    register(405, 2_000);
    assertThat(operator.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    now = now.plus(Duration.ofHours(1)); // the window moves before anything is read
    assertThatThrownBy(this::catchUp).isInstanceOf(IllegalStateException.class);
  }

  /** Whoever asked for all at a time that the window reaches back to misses nothing. */
  @Test
  void whatChangedSinceATimeThatItReachesBackToIsInIt() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    register(0, 400);
    catchUp();
    Instant[] changed = new Instant[3_000];
    int registered = 400;
    for (int step = 0; step < 300; step++) {
      int more = random.nextInt(8) == 0 ? random.nextInt(60) : random.nextInt(3);
      int to = Math.min(changed.length, registered + more);
      register(registered, to);
      for (int i = registered; i < to; i++) {
        changed[i] = now;
      }
      registered = to;
      catchUp();
      Instant since = START;
      while (!window.reachesBackTo(since)) {
        since = since.plus(Duration.ofMinutes(1));
      }
      Set<Integer> recent = recent();
      for (int i = 400; i < registered; i++) {
        if (changed[i].isAfter(since)) {
          assertThat(recent).as("seed %d, step %d", seed, step).contains(i);
        }
      }
      pass(Duration.ofMinutes(random.nextInt(90)));
    }
  }
}
