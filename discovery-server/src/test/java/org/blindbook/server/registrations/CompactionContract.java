package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.server.registrations.RegistrationStoreContract.asMap;
import static org.blindbook.server.registrations.RegistrationStoreContract.at;
import static org.blindbook.server.registrations.RegistrationStoreContract.batch;
import static org.blindbook.server.registrations.RegistrationStoreContract.sixteen;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What compaction does to a store and to those who follow it, whatever the store is kept in. */
abstract class CompactionContract {
  private static final int ALL = Update.MAX_ENTRIES;
  private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");

  private RegistrationStore store;

  /** The store of this test, once more. */
  abstract RegistrationStore open() throws Exception;

  @BeforeEach
  void openIt() throws Exception {
    store = open();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** A table that follows the store, a few changes at a time, and begins anew when it has to. */
  private static final class Follower {
    private final RegistrationStore store;
    private final Map<Long, Long> table = new TreeMap<>();
    private Position position = new Position(0, 0);
    private int begun;

    Follower(RegistrationStore store) throws StoreException {
      this.store = store;
      begin();
    }

    private void begin() throws StoreException {
      table.clear();
      position = new Position(0, store.head());
      begun++;
    }

    /** True when it is at the end. */
    boolean step(int limit) throws StoreException {
      Update update;
      try {
        update = store.changesAfter(position, limit);
      } catch (CompactedException e) {
        begin();
        return false;
      }
      table.putAll(asMap(update));
      table.values().removeIf(account -> account == 0);
      position = new Position(update.sequence(), position.began());
      return update.count() < limit;
    }

    void catchUp() throws StoreException {
      while (!step(ALL)) {}
    }
  }

  @Test
  void rowsOfWhoIsUnregisteredGoAndNothingElse() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33, 4, 44));
    store.apply(batch(1, 0, 2, 0, 3, 0));
    long unregistered = store.head();
    store.apply(batch(5, 55, 3, 34));
    long head = store.head();
    assertThat(store.compact(unregistered, 1)).isEqualTo(1);
    assertThat(store.unregistered()).isEqualTo(1);
    assertThat(store.compact(unregistered, 100)).isEqualTo(1);
    assertThat(store.compact(unregistered, 100)).isZero();
    assertThat(asMap(store.changesAfter(at(head - 1), ALL))).hasSize(1);
    assertThat(asMap(store.changesBetween(0, head, ALL)))
        .isEqualTo(Map.of(3L, 34L, 4L, 44L, 5L, 55L));
    assertThat(store.head()).isEqualTo(head);
    assertThat(store.apply(batch(1, 12, 2, 0))).isEqualTo(new Applied(1, 0, 1, 0));
  }

  @Test
  void whatIsLaterStaysAndSoDoesTheNewestRow() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(1, 0));
    long first = store.head();
    store.apply(batch(2, 0));
    store.apply(batch(3, 0));
    long head = store.head();
    assertThat(store.compact(first, 100)).isEqualTo(1);
    assertThat(store.horizon()).isEqualTo(first);
    assertThat(store.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    assertThat(asMap(store.changesAfter(at(first + 1), ALL))).isEqualTo(Map.of(3L, 0L));
    assertThat(store.head()).as("no number is given twice").isEqualTo(head);
    store.apply(batch(4, 44));
    assertThat(store.head()).isGreaterThan(head);
  }

  @Test
  void aReaderAtAnOldPositionIsTold() throws Exception {
    store.apply(batch(1, 11, 2, 22));
    long registered = store.head();
    store.apply(batch(1, 0));
    long unregistered = store.head();
    store.apply(batch(3, 33));
    assertThat(asMap(store.changesAfter(at(registered), ALL))).isEqualTo(Map.of(1L, 0L, 3L, 33L));
    store.compact(Long.MAX_VALUE, 100);
    assertThatThrownBy(() -> store.changesAfter(at(registered), ALL))
        .isInstanceOf(CompactedException.class);
    assertThat(asMap(store.changesAfter(at(unregistered), ALL))).isEqualTo(Map.of(3L, 33L));
    long head = store.head();
    assertThat(store.changesAfter(at(head), ALL).count()).isZero();
    assertThat(asMap(store.changesAfter(new Position(0, head), ALL)))
        .isEqualTo(Map.of(2L, 22L, 3L, 33L));
  }

  /** It has read that somebody is registered whose end it would never hear of. */
  @Test
  void aReaderFromNothingIsToldOfWhatWasUnregisteredSinceItBeganOnly() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33, 4, 44));
    store.apply(batch(4, 0));
    store.apply(batch(5, 55));
    Follower early = new Follower(store);
    early.step(2);
    assertThat(early.table).isNotEmpty();
    store.compact(Long.MAX_VALUE, 100);
    early.step(1);
    assertThat(early.begun).as("who had left before it began").isEqualTo(1);
    store.apply(batch(1, 0, 2, 0, 3, 0));
    store.apply(batch(6, 66));
    store.compact(Long.MAX_VALUE, 100);
    early.catchUp();
    assertThat(early.begun).isEqualTo(2);
    assertThat(early.table).isEqualTo(Map.of(5L, 55L, 6L, 66L));
  }

  @Test
  void aReplacementAndNamedWritesGoOnAsBefore() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(1, 0, 2, 0));
    var receipt = store.applyOnce("one", batch(3, 34), START).orElseThrow();
    Checkpoint checkpoint = store.checkpoint(store.head());
    assertThat(store.compact(Long.MAX_VALUE, 100)).isEqualTo(2);
    assertThat(store.has(checkpoint)).isTrue();
    assertThat(store.applyOnce("one", batch(3, 34), START).orElseThrow().sequence())
        .isEqualTo(receipt.sequence());
    assertThat(store.beforeNewest(0)).isEqualTo(store.head());
    try (RegistrationStore.Replacement replacement = store.replace()) {
      replacement.add(batch(1, 11, 4, 44));
      assertThat(replacement.commit()).isEqualTo(new Applied(2, 1, 0, 0));
    }
    assertThat(store.registered()).isEqualTo(2);
    assertThat(store.head()).isGreaterThan(receipt.sequence());
  }

  private static InstantSource days(long later) {
    return InstantSource.fixed(START.plus(Duration.ofDays(later)));
  }

  private Compaction.Report compactOn(long day) throws Exception {
    return Compaction.run(store, days(day), Duration.ofDays(30), removed -> {});
  }

  @Test
  void onlyWhatIsKnownToBeAsOldGoes() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(1, 0));
    Compaction.Report first = compactOn(0);
    assertThat(first).isEqualTo(new Compaction.Report(0, Optional.empty(), START));
    store.apply(batch(2, 0));
    assertThat(compactOn(29).removed()).isZero();
    store.apply(batch(4, 44));
    Compaction.Report later = compactOn(30);
    assertThat(later.removed()).isEqualTo(1);
    assertThat(later.before()).contains(START);
    assertThat(store.unregistered()).isEqualTo(1);
    assertThat(compactOn(59).removed()).as("marked on day 29").isEqualTo(1);
  }

  /** Who asks for what is recent has no use for marks of before; compaction has. */
  @Test
  void marksAreKeptForWhoeverAsksForOlderOnes() throws Exception {
    store.apply(batch(1, 11, 2, 22));
    store.apply(batch(1, 0));
    store.mark(days(0), Duration.ofDays(1));
    store.apply(batch(3, 33));
    for (int day = 1; day < 60; day++) {
      store.apply(batch(3, 33 + day));
      assertThat(store.mark(days(day), Duration.ofDays(2))).hasSizeLessThan(4);
    }
    assertThat(compactOn(60).removed()).isEqualTo(1);
  }

  @Test
  void agesThatMakeNoSenseAreRefused() {
    for (Duration age : List.of(Duration.ofHours(23), Duration.ofDays(367))) {
      assertThatThrownBy(() -> Compaction.run(store, days(0), age, removed -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Random changes, compactions, and followers that come, rest and go on at random. */
  @Test
  void everyFollowerHasWhatTheStoreHasHoweverItWasCompacted() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<Long, Long> expected = new TreeMap<>();
    List<Follower> followers = new ArrayList<>();
    int told = 0;
    for (int round = 0; round < 400; round++) {
      RegistrationBatch changes = new RegistrationBatch();
      for (int i = random.nextInt(4); i > 0; i--) {
        change(random, expected, changes);
      }
      store.apply(changes);
      if (random.nextInt(4) == 0) {
        long last = store.head() - random.nextInt(30);
        store.compact(last, 1 + random.nextInt(20));
      }
      if (random.nextInt(20) == 0 || followers.isEmpty()) {
        followers.add(new Follower(store));
      }
      followers.get(random.nextInt(followers.size())).step(1 + random.nextInt(20));
      if (random.nextInt(10) == 0) {
        Follower one = followers.get(random.nextInt(followers.size()));
        one.catchUp();
        assertThat(one.table).as("seed %d, round %d", seed, round).isEqualTo(expected);
      }
    }
    for (Follower follower : followers) {
      follower.catchUp();
      told += follower.begun - 1;
      assertThat(follower.table).as("seed %d", seed).isEqualTo(expected);
    }
    assertThat(told).as("seed %d: compaction went past some of them", seed).isPositive();
  }

  private static void change(Random random, Map<Long, Long> expected, RegistrationBatch into) {
    long key = 1 + random.nextInt(40);
    if (random.nextInt(3) == 0) {
      into.delete(sixteen(key));
      expected.remove(key);
    } else {
      long account = 1 + random.nextInt(5);
      into.register(sixteen(key), sixteen(account));
      expected.put(key, account);
    }
  }

  /** Each of two writers has keys of its own, so what comes out is known. */
  @Test
  void writersAndFollowersAtTheSameTimeAgreeInTheEnd() throws Exception {
    long seed = new Random().nextLong();
    AtomicBoolean writing = new AtomicBoolean(true);
    Map<Long, Long> expected = new TreeMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(5);
        RegistrationStore one = open();
        RegistrationStore two = open();
        RegistrationStore other = open();
        RegistrationStore compacted = open()) {
      List<Future<Map<Long, Long>>> writers =
          List.of(
              threads.submit(() -> write(one, new Random(seed), 0)),
              threads.submit(() -> write(two, new Random(seed + 1), 1_000)));
      Future<Long> compacting = threads.submit(() -> compact(compacted, writing));
      List<Future<Follower>> followers =
          List.of(
              threads.submit(() -> follow(other, new Random(seed + 2), writing)),
              threads.submit(() -> follow(store, new Random(seed + 3), writing)));
      for (Future<Map<Long, Long>> writer : writers) {
        expected.putAll(writer.get());
      }
      writing.set(false);
      assertThat(compacting.get()).isPositive();
      for (Future<Follower> follower : followers) {
        assertThat(follower.get().table).as("seed %d", seed).isEqualTo(expected);
      }
    }
    assertThat(store.registered()).isEqualTo(expected.size());
  }

  private static Map<Long, Long> write(RegistrationStore store, Random random, long keys)
      throws StoreException {
    Map<Long, Long> expected = new TreeMap<>();
    for (int round = 0; round < 150; round++) {
      RegistrationBatch changes = new RegistrationBatch();
      Map<Long, Long> mine = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        long key = keys + 1 + random.nextInt(60);
        long account = random.nextInt(2) * (1L + random.nextInt(5));
        mine.put(key, account);
        if (account == 0) {
          changes.delete(sixteen(key));
        } else {
          changes.register(sixteen(key), sixteen(account));
        }
      }
      store.apply(changes);
      expected.putAll(mine);
    }
    expected.values().removeIf(account -> account == 0);
    return expected;
  }

  private static long compact(RegistrationStore store, AtomicBoolean writing)
      throws StoreException, InterruptedException {
    long removed = 0;
    while (writing.get()) {
      removed += store.compact(Long.MAX_VALUE, 7);
      Thread.sleep(1);
    }
    return removed;
  }

  private static Follower follow(RegistrationStore store, Random random, AtomicBoolean writing)
      throws StoreException, InterruptedException {
    Follower follower = new Follower(store);
    while (writing.get()) {
      if (random.nextInt(10) == 0) {
        follower.begin();
      } else if (random.nextInt(10) == 0) {
        Thread.sleep(random.nextInt(30));
      }
      follower.step(1 + random.nextInt(10));
    }
    follower.catchUp();
    return follower;
  }
}
