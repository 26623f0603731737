package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.blindbook.server.registrations.RegistrationStore.Receipt;
import org.blindbook.server.registrations.RegistrationStore.Replacement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of registrations does, whatever it keeps them in. */
abstract class RegistrationStoreContract {
  private RegistrationStore store;

  /** The store of this test, once more. */
  abstract RegistrationStore open() throws Exception;

  /** Another one. */
  abstract RegistrationStore openOther() throws Exception;

  @BeforeEach
  void openIt() throws Exception {
    store = open();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Numbers stand for keys and accounts; account 0 deletes. */
  static RegistrationBatch batch(long... keysAndAccounts) {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = 0; i < keysAndAccounts.length; i += 2) {
      byte[] key = sixteen(keysAndAccounts[i]);
      if (keysAndAccounts[i + 1] == 0) {
        batch.delete(key);
      } else {
        batch.register(key, sixteen(keysAndAccounts[i + 1]));
      }
    }
    return batch;
  }

  static byte[] sixteen(long number) {
    return ByteBuffer.allocate(16).putLong(number << 32).putLong(number).array();
  }

  /** Of whoever went on from there. */
  static Position at(long sequence) {
    return new Position(sequence, sequence);
  }

  static Map<Long, Long> asMap(Update update) {
    Map<Long, Long> map = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(update.entries());
    while (in.hasRemaining()) {
      in.getLong();
      long key = in.getLong();
      in.getLong();
      map.put(key, in.getLong());
    }
    return map;
  }

  private Map<Long, Long> everything() throws Exception {
    return asMap(store.changesAfter(at(0), Update.MAX_ENTRIES));
  }

  @Test
  void anEmptyStoreHasNoHeadAndNoChanges() throws Exception {
    assertThat(store.head()).isZero();
    assertThat(store.changesAfter(at(0), 10).count()).isZero();
    assertThat(store.changesAfter(at(7), 10).sequence()).isEqualTo(7);
    assertThat(store.apply(new RegistrationBatch())).isEqualTo(Applied.NOTHING);
  }

  @Test
  void handsOutExactlyTheBytesTheEnclaveTakes() throws Exception {
    store.apply(batch(1, 11));
    store.apply(batch(2, 22));
    store.apply(batch(1, 0));
    Update update = store.changesAfter(at(0), 10);
    byte[] expected =
        ByteBuffer.allocate(64)
            .put(sixteen(2))
            .put(sixteen(22))
            .put(sixteen(1))
            .put(new byte[16])
            .array();
    assertThat(update.entries()).isEqualTo(expected);
    assertThat(update.sequence()).isEqualTo(store.head());
  }

  @Test
  void countsWhatABatchCameTo() throws Exception {
    assertThat(store.apply(batch(1, 11, 2, 22, 3, 33))).isEqualTo(new Applied(3, 0, 0, 0));
    assertThat(store.apply(batch(1, 11, 2, 99, 3, 0, 4, 0, 5, 55)))
        .isEqualTo(new Applied(2, 1, 2, 0));
    assertThat(everything()).isEqualTo(Map.of(1L, 11L, 2L, 99L, 3L, 0L, 5L, 55L));
  }

  @Test
  void visitsWhoIsRegisteredAndCountsWhoWas() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(2, 0, 1, 12));
    RegistrationBatch visited = new RegistrationBatch();
    assertThat(store.visitRegistered(visited::register)).isEqualTo(2);
    try (RegistrationStore other = openOther()) {
      assertThat(other.apply(visited)).isEqualTo(new Applied(2, 0, 0, 0));
      assertThat(other.apply(batch(1, 12, 3, 33))).isEqualTo(new Applied(0, 0, 2, 0));
    }
    assertThat(store.registered()).isEqualTo(2);
    assertThat(store.unregistered()).isEqualTo(1);
    store.apply(batch(4, 44));
    assertThat(store.registered()).as("it can be written after a visit").isEqualTo(3);
  }

  @Test
  void ofSeveralEntriesForOneKeyTheLastCounts() throws Exception {
    assertThat(store.apply(batch(1, 11, 2, 22, 1, 12, 2, 0, 1, 13)))
        .isEqualTo(new Applied(1, 0, 1, 3));
    assertThat(everything()).isEqualTo(Map.of(1L, 13L));
  }

  @Test
  void whatIsUnchangedKeepsItsPlace() throws Exception {
    store.apply(batch(1, 11, 2, 22));
    long head = store.head();
    store.apply(batch(1, 11, 2, 22, 3, 0));
    assertThat(store.head()).isEqualTo(head);
    store.apply(batch(1, 11, 2, 23));
    assertThat(asMap(store.changesAfter(at(head), 10))).isEqualTo(Map.of(2L, 23L));
  }

  @Test
  void aDeletedKeyCanComeBack() throws Exception {
    store.apply(batch(1, 11));
    store.apply(batch(1, 0));
    assertThat(store.apply(batch(1, 0))).isEqualTo(new Applied(0, 0, 1, 0));
    assertThat(store.apply(batch(1, 11))).isEqualTo(new Applied(1, 0, 0, 0));
    assertThat(everything()).isEqualTo(Map.of(1L, 11L));
  }

  @Test
  void isFollowedInPiecesOfAnySize() throws Exception {
    for (int i = 1; i <= 50; i++) {
      store.apply(batch(i, i + 100, i % 7 + 1, i + 1000));
    }
    for (int limit : new int[] {1, 3, 1000}) {
      Map<Long, Long> followed = new TreeMap<>();
      long reached = 0;
      for (Update u = store.changesAfter(at(reached), limit);
          u.count() > 0;
          u = store.changesAfter(at(reached), limit)) {
        assertThat(u.count()).isLessThanOrEqualTo(limit);
        assertThat(u.sequence()).isGreaterThan(reached);
        followed.putAll(asMap(u));
        reached = u.sequence();
      }
      assertThat(followed).isEqualTo(everything());
      assertThat(reached).isEqualTo(store.head());
    }
  }

  /** Against a plain map, over batches that cross the size of one statement. */
  @Test
  void agreesWithAMapOverRandomBatches() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<Long, Long> expected = new TreeMap<>();
    for (int round = 0; round < 12; round++) {
      RegistrationBatch batch = new RegistrationBatch();
      int size = random.nextInt(12_000);
      for (int i = 0; i < size; i++) {
        long key = 1 + random.nextInt(9_000);
        long account = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(3);
        if (account == 0) {
          batch.delete(sixteen(key));
          expected.computeIfPresent(key, (k, v) -> 0L);
        } else {
          batch.register(sixteen(key), sixteen(account));
          expected.put(key, account);
        }
      }
      Applied applied = store.apply(batch);
      assertThat(
              applied.registered() + applied.deleted() + applied.unchanged() + applied.superseded())
          .isEqualTo(size);
    }
    Map<Long, Long> actual = everything();
    // A key that was registered and deleted within one batch never got a row.
    expected.keySet().removeIf(key -> expected.get(key) == 0 && !actual.containsKey(key));
    assertThat(actual).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void keysThatShareTheirFirstBitsAreToldApart() throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = 0; i < 100; i++) {
      byte[] key = new byte[16];
      key[15] = (byte) (i % 50);
      batch.register(key, sixteen(i + 1));
    }
    assertThat(store.apply(batch)).isEqualTo(new Applied(50, 0, 0, 50));
    assertThat(everything().values()).allMatch(account -> account > 50);
  }

  @Test
  void everyStoreHasAnIdentityOfItsOwnThatStays() throws Exception {
    String identity = store.identity();
    assertThat(identity).matches("[0-9a-f]{32}");
    store.close();
    store = open();
    assertThat(store.identity()).isEqualTo(identity);
    try (RegistrationStore other = openOther()) {
      assertThat(other.identity()).isNotEqualTo(identity);
    }
  }

  @Test
  void tellsWhetherAnythingChanged() throws Exception {
    assertThat(store.changedSinceLastAsked()).isTrue();
    assertThat(store.changedSinceLastAsked()).isFalse();
    try (RegistrationStore other = open()) {
      other.apply(batch(1, 11));
      assertThat(store.changedSinceLastAsked()).as("written by another").isTrue();
      assertThat(store.changedSinceLastAsked()).isFalse();
      other.head();
      assertThat(store.changedSinceLastAsked()).as("read by another").isFalse();
    }
    store.apply(batch(2, 22));
    assertThat(store.changedSinceLastAsked()).as("written here").isTrue();
    assertThat(store.changedSinceLastAsked()).isFalse();
  }

  @Test
  void changesBetweenTwoNumbersAreThoseThatAreTheLastOfTheirKeys() throws Exception {
    store.apply(batch(1, 1));
    long one = store.head();
    store.apply(batch(2, 2));
    store.apply(batch(3, 3));
    long three = store.head();
    store.apply(batch(2, 7));
    assertThat(asMap(store.changesBetween(0, three, 100))).containsOnlyKeys(1L, 3L);
    assertThat(store.changesBetween(0, three, 100).sequence()).isEqualTo(three);
    assertThat(asMap(store.changesBetween(one, store.head(), 100))).containsOnlyKeys(2L, 3L);
    assertThat(store.changesBetween(three, three, 100).count()).isZero();
  }

  @Test
  void theNewestAreCountedWithoutThoseWhoHaveLeft() throws Exception {
    assertThat(store.beforeNewest(0)).isZero();
    store.apply(batch(1, 1));
    long one = store.head();
    store.apply(batch(2, 2));
    store.apply(batch(3, 3));
    long three = store.head();
    store.apply(batch(4, 4));
    store.apply(batch(4, 0));
    assertThat(store.beforeNewest(0)).isEqualTo(three);
    assertThat(store.beforeNewest(2)).isEqualTo(one);
    assertThat(store.beforeNewest(3)).isZero();
    assertThat(store.beforeNewest(9)).isZero();
  }

  private final Instant start = Instant.parse("2026-11-20T00:00:00Z");

  private List<Mark> markAt(Duration later) throws Exception {
    return store.mark(InstantSource.fixed(start.plus(later)), Duration.ofHours(5));
  }

  @Test
  void marksSayHowFarTheStoreWasAndAreForgottenWhenTheyAreOfNoUse() throws Exception {
    store.apply(batch(1, 1, 2, 2));
    Mark first = new Mark(start, store.head());
    assertThat(markAt(Duration.ZERO)).containsExactly(first);
    assertThat(markAt(Duration.ofHours(1))).as("nothing was written").containsExactly(first);
    store.apply(batch(3, 3));
    Mark second = new Mark(start.plus(Duration.ofHours(2)), store.head());
    assertThat(markAt(Duration.ofHours(2))).containsExactly(first, second);
    store.apply(batch(4, 4));
    Mark third = new Mark(start.plus(Duration.ofHours(6)), store.head());
    assertThat(markAt(Duration.ofHours(6))).containsExactly(first, second, third);
    assertThat(markAt(Duration.ofHours(7))).containsExactly(second, third);
    assertThat(markAt(Duration.ofHours(90))).containsExactly(third);
  }

  @Test
  void aMarkIsNeverOfAnEarlierTimeThanItsOwnAndAClockThatIsSetBackTakesItAway() throws Exception {
    store.apply(batch(1, 1));
    long head = store.head();
    assertThat(markAt(Duration.ofMillis(7_001)))
        .containsExactly(new Mark(start.plusSeconds(8), head));
    assertThat(markAt(Duration.ofSeconds(3))).containsExactly(new Mark(start.plusSeconds(3), head));
  }

  @Test
  void aStoreInWhichNothingWasWrittenIsMarkedSinceEver() throws Exception {
    assertThat(markAt(Duration.ZERO)).containsExactly(new Mark(Instant.EPOCH, 0));
    store.apply(batch(1, 1));
    assertThat(markAt(Duration.ofHours(1))).hasSize(2);
  }

  @Test
  void aCheckpointIsKnownToTheStoreThatHasItAndToNoOther() throws Exception {
    store.apply(batch(1, 1));
    Checkpoint made = store.checkpoint(store.head());
    assertThat(made.name()).matches("[0-9a-f]{32}");
    assertThat(store.has(made)).isTrue();
    assertThat(store.has(new Checkpoint(made.sequence() + 1, made.name()))).isFalse();
    assertThat(store.has(new Checkpoint(made.sequence(), "0".repeat(32)))).isFalse();
    store.close();
    store = open();
    assertThat(store.has(made)).isTrue();
    try (RegistrationStore other = openOther()) {
      other.apply(batch(1, 1));
      other.checkpoint(other.head());
      assertThat(other.has(made)).isFalse();
    }
  }

  @Test
  void theLastCheckpointsAreKept() throws Exception {
    Checkpoint first = store.checkpoint(0);
    Checkpoint second = store.checkpoint(0);
    for (int i = 1; i < RegistrationStore.CHECKPOINTS_KEPT; i++) {
      store.checkpoint(0);
    }
    assertThat(store.has(first)).isFalse();
    assertThat(store.has(second)).isTrue();
  }

  @Test
  void aReplacementIsSeenAsAWholeOrNotAtAll() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33, 4, 44));
    store.apply(batch(4, 0));
    long head = store.head();
    try (Replacement replacement = store.replace();
        RegistrationStore reader = open()) {
      replacement.add(batch(2, 22, 3, 34));
      replacement.add(batch(5, 54, 3, 35, 5, 55));
      Applied expected = new Applied(2, 1, 1, 0);
      assertThat(replacement.preview()).isEqualTo(expected);
      assertThat(reader.head()).as("before").isEqualTo(head);
      assertThat(replacement.commit()).isEqualTo(expected);
      assertThat(asMap(reader.changesAfter(at(head), 100)))
          .isEqualTo(Map.of(1L, 0L, 3L, 35L, 5L, 55L));
    }
    assertThat(everything()).isEqualTo(Map.of(1L, 0L, 2L, 22L, 3L, 35L, 4L, 0L, 5L, 55L));
    assertThat(store.registered()).isEqualTo(3);
  }

  @Test
  void aReplacementThatIsNotCommittedLeavesNothing() throws Exception {
    store.apply(batch(1, 11));
    try (Replacement replacement = store.replace()) {
      replacement.add(batch(2, 22));
    }
    assertThat(everything()).isEqualTo(Map.of(1L, 11L));
    try (Replacement replacement = store.replace()) {
      assertThatThrownBy(() -> replacement.add(batch(1, 0)))
          .isInstanceOf(IllegalArgumentException.class);
      replacement.add(batch(1, 11));
      assertThat(replacement.commit()).isEqualTo(new Applied(0, 0, 1, 0));
    }
  }

  @Test
  void aLoadsProgressIsForgottenWithTheNextWrite() throws Exception {
    LoadProgress progress = new LoadProgress(Operation.REGISTER, 7, new byte[] {1, 2, 3});
    store.apply(batch(1, 11), Optional.of(progress));
    LoadProgress read = store.loadProgress().orElseThrow();
    assertThat(read.rows()).isEqualTo(7);
    assertThat(read.name()).isEqualTo(progress.name());
    try (RegistrationStore other = open()) {
      other.apply(batch(2, 22));
    }
    assertThat(store.loadProgress()).isEmpty();
  }

  @Test
  void aNamedWriteIsDoneOnce() throws Exception {
    Receipt first = store.applyOnce("one", batch(1, 11, 2, 22), start).orElseThrow();
    assertThat(first).isEqualTo(new Receipt(store.head(), new Applied(2, 0, 0, 0), false));
    store.apply(batch(1, 0));
    try (RegistrationStore other = open()) {
      Receipt again = other.applyOnce("one", batch(1, 11, 2, 22), start).orElseThrow();
      assertThat(again).isEqualTo(new Receipt(first.sequence(), first.applied(), true));
      assertThat(other.applyOnce("one", batch(1, 11), start)).as("another batch").isEmpty();
    }
    assertThat(everything()).as("nothing was undone").isEqualTo(Map.of(1L, 0L, 2L, 22L));
    Instant later = start.plus(RegistrationStore.NAMES_KEPT).plusSeconds(1);
    store.applyOnce("two", batch(3, 33), later).orElseThrow();
    assertThat(store.applyOnce("one", batch(1, 11), later).orElseThrow().repeated()).isFalse();
  }

  @Test
  void ofTwoThatWriteUnderOneNameAtOnceOneDoes() throws Exception {
    try (RegistrationStore other = open();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 1; round <= 10; round++) {
        String name = "round " + round;
        RegistrationBatch batch = batch(round, 1);
        Future<Optional<Receipt>> one = threads.submit(() -> store.applyOnce(name, batch, start));
        Future<Optional<Receipt>> two = threads.submit(() -> other.applyOnce(name, batch, start));
        assertThat(List.of(one.get().orElseThrow(), two.get().orElseThrow()))
            .extracting(Receipt::repeated)
            .containsExactlyInAnyOrder(true, false);
      }
    }
  }
}
