package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

class SqliteRecordStoreTest extends RecordStoreContract {
  private static final int CACHED = 1_000;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("ledgers.db");
  }

  @Override
  SqliteRecordStore open() throws Exception {
    return SqliteRecordStore.open(file(), CACHED, MONTH, clock);
  }

  private SqliteRecordStore sqlite() {
    return (SqliteRecordStore) store;
  }

  @Test
  void whateverWaitsWhenACommitBeginsIsInIt() throws Exception {
    int changes = 2_000;
    List<CompletionStage<Boolean>> waiting = new ArrayList<>();
    long before = sqlite().commits();
    for (int i = 0; i < changes; i++) {
      waiting.add(store.replace(ledger(i), RecordStore.NONE, new byte[] {1}));
    }
    for (CompletionStage<Boolean> change : waiting) {
      assertThat(await(change)).isTrue();
    }
    assertThat(sqlite().commits() - before).isBetween(1L, changes / 20L);
  }

  @Test
  void moreThanTheDiskCanTakeIsRefusedAtOnceAndTheRestIsStored() throws Exception {
    List<CompletionStage<Boolean>> waiting = new ArrayList<>();
    try (Connection blocker = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      blocker.createStatement().execute("BEGIN IMMEDIATE");
      for (int i = 0; i < 2 * GroupCommit.MAX_WAITING; i++) {
        waiting.add(store.replace(ledger(i), RecordStore.NONE, new byte[] {1}));
      }
      blocker.createStatement().execute("ROLLBACK");
    }
    int refused = 0;
    for (int i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).toCompletableFuture().isCompletedExceptionally()) {
        refused++;
      } else {
        assertThat(await(waiting.get(i))).isTrue();
      }
    }
    assertThat(refused).isBetween(GroupCommit.MAX_WAITING - 4_096, GroupCommit.MAX_WAITING);
  }

  @Test
  void readsThatMissTheCacheAreAnsweredFromTheFile() throws Exception {
    int records = 3 * CACHED;
    List<CompletionStage<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      waiting.add(
          store.replace(ledger(i), RecordStore.NONE, new byte[] {(byte) i, (byte) (i >> 8)}));
    }
    for (CompletionStage<Boolean> change : waiting) {
      await(change);
    }
    for (int i = 0; i < records; i++) {
      assertThat(read(ledger(i))).containsExactly(i & 0xff, i >> 8);
      assertThat(replace(ledger(i), new byte[] {(byte) i, (byte) (i >> 8)}, (byte) 1)).isTrue();
      assertThat(read(ledger(i))).containsExactly(1);
    }
  }

  @Test
  void onlyItsOwnerReadsTheFile() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    for (String suffix : List.of("", "-wal", "-shm")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("ledgers.db" + suffix))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aCommitWaitsForTheDisk() throws Exception {
    try (SqliteRecords records = SqliteRecords.open(file())) {
      assertThat(records.pragma("synchronous")).as("FULL").isEqualTo(2);
    }
  }

  @Test
  void aFileThatIsNoStoreIsASentence() throws Exception {
    store.close();
    Files.write(file(), new byte[8_192]);
    Files.writeString(file(), "this is no database, and long enough to be looked at".repeat(100));
    assertThatThrownBy(this::open)
        .isInstanceOf(LedgersException.class)
        .hasMessage(
            "The file of ledgers "
                + file()
                + " is damaged: restore it from a backup, or delete it, which gives every account"
                + " fresh permits.");
    Files.delete(file());
    store = open();
  }

  @Test
  void aFileThatIsCutAnywhereIsASentenceAtTheStart() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    store.close();
    byte[] whole = Files.readAllBytes(file());
    for (int length : List.of(0, 1, 100, 4_096, whole.length - 4_095, whole.length - 1)) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThatThrownBy(this::open, "%d of %d bytes", length, whole.length)
          .isInstanceOf(LedgersException.class)
          .hasMessageContaining("is damaged: restore it from a backup, or delete it");
    }
    Files.write(file(), whole);
    store = open();
    assertThat(read(ledger(1))).containsExactly(1);
  }

  @Test
  void aFileThatIsRemovedOrReplacedTakesNothingMore() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    Path moved = folder.resolve("moved");
    Files.move(file(), moved);
    assertThatThrownBy(() -> await(store.replace(ledger(1), new byte[] {1}, new byte[] {2})))
        .hasCauseInstanceOf(UnavailableException.class);
    assertThat(store.health().reachable()).isFalse();
    Files.write(file(), Files.readAllBytes(moved));
    assertThatThrownBy(() -> await(store.replace(ledger(1), new byte[] {1}, new byte[] {2})))
        .hasCauseInstanceOf(UnavailableException.class);
    Files.move(moved, file(), StandardCopyOption.REPLACE_EXISTING);
    Awaitility.await().until(() -> store.health().reachable());
    assertThat(replace(ledger(1), new byte[] {1}, (byte) 2)).isTrue();
  }

  @Test
  void aFileOfAnotherVersionIsASentence() throws Exception {
    store.close();
    try (Connection other = new SQLiteConfig().createConnection("jdbc:sqlite:" + file())) {
      other.createStatement().execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(this::open).hasMessageContaining("made by another version of Blindbook");
    try (Connection other = new SQLiteConfig().createConnection("jdbc:sqlite:" + file())) {
      other.createStatement().execute("PRAGMA user_version = 1");
    }
    store = open();
  }

  @Test
  void recordsGoWhenTheyHaveNothingLeftToSay() throws Exception {
    RecordKey bulk = RecordKey.of(RecordKind.BULK, new byte[0]);
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    replace(key(RecordKind.WORK, 1), RecordStore.NONE, (byte) 1);
    replace(bulk, RecordStore.NONE, (byte) 1);
    now = now.plus(Duration.ofDays(30));
    replace(ledger(2), RecordStore.NONE, (byte) 1);
    store.close();
    store = open();
    Awaitility.await().until(() -> read(key(RecordKind.WORK, 1)).length == 0);
    assertThat(read(ledger(1))).as("thirty days old, to the day").containsExactly(1);
    store.close();
    now = now.plus(Duration.ofDays(1));
    store = open();
    assertThat(read(bulk)).containsExactly(1);
    Awaitility.await().until(() -> read(ledger(1)).length == 0);
    assertThat(read(ledger(2))).containsExactly(1);
    assertThat(replace(ledger(1), RecordStore.NONE, (byte) 2)).as("begins anew").isTrue();
  }
}
