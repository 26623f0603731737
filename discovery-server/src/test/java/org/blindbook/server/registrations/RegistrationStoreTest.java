package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationStoreTest {
  @TempDir Path temp;
  private RegistrationStore store;

  @BeforeEach
  void open() throws Exception {
    store = RegistrationStore.sqlite(temp.resolve("registrations.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Numbers stand for keys and accounts; account 0 deletes. */
  private static RegistrationBatch batch(long... keysAndAccounts) {
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

  private static byte[] sixteen(long number) {
    return ByteBuffer.allocate(16).putLong(number << 32).putLong(number).array();
  }

  private static Map<Long, Long> asMap(Update update) {
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

  private Map<Long, Long> everything() throws StoreException {
    return asMap(store.changesAfter(0, Update.MAX_ENTRIES));
  }

  @Test
  void anEmptyStoreHasNoHeadAndNoChanges() throws Exception {
    assertThat(store.head()).isZero();
    assertThat(store.changesAfter(0, 10).count()).isZero();
    assertThat(store.changesAfter(7, 10).sequence()).isEqualTo(7);
    assertThat(store.apply(new RegistrationBatch())).isEqualTo(Applied.NOTHING);
  }

  @Test
  void handsOutExactlyTheBytesTheEnclaveTakes() throws Exception {
    store.apply(batch(1, 11));
    store.apply(batch(2, 22));
    store.apply(batch(1, 0));
    Update update = store.changesAfter(0, 10);
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
    assertThat(asMap(store.changesAfter(head, 10))).isEqualTo(Map.of(2L, 23L));
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
      long at = 0;
      for (Update u = store.changesAfter(at, limit);
          u.count() > 0;
          u = store.changesAfter(at, limit)) {
        assertThat(u.count()).isLessThanOrEqualTo(limit);
        assertThat(u.sequence()).isGreaterThan(at);
        followed.putAll(asMap(u));
        at = u.sequence();
      }
      assertThat(followed).isEqualTo(everything());
      assertThat(at).isEqualTo(store.head());
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
    open();
    assertThat(store.identity()).isEqualTo(identity);
    try (RegistrationStore other = RegistrationStore.sqlite(temp.resolve("other.db"))) {
      assertThat(other.identity()).isNotEqualTo(identity);
    }
  }

  @Test
  void tellsWhetherAnythingChanged() throws Exception {
    assertThat(store.changedSinceLastAsked()).isTrue();
    assertThat(store.changedSinceLastAsked()).isFalse();
    try (RegistrationStore other = RegistrationStore.sqlite(temp.resolve("registrations.db"))) {
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
  void itsFilesAreReadableByTheOwnerOnly() throws Exception {
    store.apply(batch(1, 11));
    try (var files = Files.list(temp)) {
      assertThat(files)
          .hasSizeGreaterThan(1)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void syncsEveryCommitToTheDisk() throws Exception {
    // The setting lives in the connection: ask the store's own.
    assertThat(((SqliteRegistrationStore) store).setting("synchronous")).isEqualTo(2);
    assertThat(((SqliteRegistrationStore) store).setting("busy_timeout")).isEqualTo(60_000);
  }

  @Test
  void refusesAFileThatIsSomethingElse() throws Exception {
    Path file = temp.resolve("other.db");
    byte[] noise = new byte[8192];
    Arrays.fill(noise, (byte) 'x');
    Files.write(file, noise);
    assertThatThrownBy(() -> RegistrationStore.sqlite(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged or is not a store");
    assertThat(Files.readAllBytes(file)).isEqualTo(noise);
  }

  @Test
  void refusesAStoreThatIsCutOrEmpty() throws Exception {
    store.close();
    Path file = temp.resolve("registrations.db");
    byte[] whole = Files.readAllBytes(file);
    for (int length : List.of(0, 1, 100, 4_096, whole.length - 4_095, whole.length - 1)) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(
              () -> RegistrationStore.sqlite(file), "%d of %d bytes", length, whole.length)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is damaged or is not a store: restore it");
    }
    Files.write(file, whole);
    RegistrationStore.sqlite(file).close();
  }

  @Test
  void refusesAStoreOfALaterVersion() throws Exception {
    store.close();
    Path file = temp.resolve("registrations.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 2");
    }
    assertThatThrownBy(() -> RegistrationStore.sqlite(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another version of Blindbook");
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    assertThatThrownBy(() -> RegistrationStore.sqlite(temp.resolve("no/store.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be created");
  }

  @Test
  void aBatchRefusesWhatIsNoRegistration() {
    RegistrationBatch batch = new RegistrationBatch();
    assertThatThrownBy(() -> batch.register(new byte[16], new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.register(new byte[15], sixteen(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.delete(new byte[17]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(batch.size()).isZero();
  }

  @Test
  void changesBetweenTwoNumbersAreThoseThatAreTheLastOfTheirKeys() throws Exception {
    store.apply(batch(1, 1, 2, 2, 3, 3));
    store.apply(batch(2, 7));
    assertThat(asMap(store.changesBetween(0, 3, 100))).containsOnlyKeys(1L, 3L);
    assertThat(store.changesBetween(0, 3, 100).sequence()).isEqualTo(3);
    assertThat(asMap(store.changesBetween(1, 4, 100))).containsOnlyKeys(2L, 3L);
    assertThat(store.changesBetween(3, 3, 100).count()).isZero();
  }

  @Test
  void theNewestAreCountedWithoutThoseWhoHaveLeft() throws Exception {
    assertThat(store.beforeNewest(0)).isZero();
    store.apply(batch(1, 1, 2, 2, 3, 3, 4, 4));
    store.apply(batch(4, 0));
    assertThat(store.beforeNewest(0)).isEqualTo(3);
    assertThat(store.beforeNewest(2)).isEqualTo(1);
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
    Mark first = new Mark(start, 2);
    assertThat(markAt(Duration.ZERO)).containsExactly(first);
    assertThat(markAt(Duration.ofHours(1))).as("nothing was written").containsExactly(first);
    store.apply(batch(3, 3));
    Mark second = new Mark(start.plus(Duration.ofHours(2)), 3);
    assertThat(markAt(Duration.ofHours(2))).containsExactly(first, second);
    store.apply(batch(4, 4));
    Mark third = new Mark(start.plus(Duration.ofHours(6)), 4);
    assertThat(markAt(Duration.ofHours(6))).containsExactly(first, second, third);
    assertThat(markAt(Duration.ofHours(7))).containsExactly(second, third);
    assertThat(markAt(Duration.ofHours(90))).containsExactly(third);
  }

  @Test
  void aMarkIsNeverOfAnEarlierTimeThanItsOwnAndAClockThatIsSetBackTakesItAway() throws Exception {
    store.apply(batch(1, 1));
    assertThat(markAt(Duration.ofMillis(7_001))).containsExactly(new Mark(start.plusSeconds(8), 1));
    assertThat(markAt(Duration.ofSeconds(3))).containsExactly(new Mark(start.plusSeconds(3), 1));
  }

  @Test
  void aStoreInWhichNothingWasWrittenIsMarkedSinceEver() throws Exception {
    assertThat(markAt(Duration.ZERO)).containsExactly(new Mark(Instant.EPOCH, 0));
    store.apply(batch(1, 1));
    assertThat(markAt(Duration.ofHours(1))).hasSize(2);
  }
}
