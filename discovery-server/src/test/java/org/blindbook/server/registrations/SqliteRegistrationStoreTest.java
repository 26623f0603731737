package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.blindbook.protocol.lookup.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteRegistrationStoreTest extends RegistrationStoreContract {
  @TempDir Path temp;

  @Override
  RegistrationStore open() throws StoreException {
    return RegistrationStore.sqlite(temp.resolve("registrations.db"));
  }

  @Override
  RegistrationStore openOther() throws StoreException {
    return RegistrationStore.sqlite(temp.resolve("other.db"));
  }

  @Test
  void itsFilesAreReadableByTheOwnerOnly() throws Exception {
    RegistrationStore store = open();
    store.apply(batch(1, 11));
    try (var files = Files.list(temp)) {
      assertThat(files)
          .hasSizeGreaterThan(1)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
    store.close();
  }

  @Test
  void syncsEveryCommitToTheDisk() throws Exception {
    // The setting lives in the connection: ask the store's own.
    try (RegistrationStore store = open()) {
      assertThat(((SqliteRegistrationStore) store).setting("synchronous")).isEqualTo(2);
      assertThat(((SqliteRegistrationStore) store).setting("busy_timeout")).isEqualTo(60_000);
    }
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
    close();
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
    close();
    Path file = temp.resolve("registrations.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
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
  void aStoreOfTheFirstVersionIsTakenOver() throws Exception {
    Path file = temp.resolve("first.db");
    Files.createFile(file);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE registrations (seq INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
              + " account BLOB) STRICT");
      statement.execute("CREATE TABLE store (identity TEXT NOT NULL) STRICT");
      statement.execute("INSERT INTO store VALUES ('" + "a".repeat(32) + "')");
      statement.execute(
          "CREATE TABLE marks (time INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT");
      statement.execute(
          "INSERT INTO registrations VALUES (5, x'%s', x'%s')"
              .formatted("0".repeat(16) + "0000000000000001", "0".repeat(31) + "1"));
      statement.execute("PRAGMA user_version = 1");
    }
    try (RegistrationStore store = RegistrationStore.sqlite(file)) {
      assertThat(store.identity()).isEqualTo("a".repeat(32));
      assertThat(asMap(store.changesAfter(at(0), Update.MAX_ENTRIES))).isEqualTo(Map.of(1L, 1L));
      assertThat(store.has(store.checkpoint(5))).isTrue();
      assertThat(store.loadProgress()).isEmpty();
    }
    RegistrationStore.sqlite(file).close();
  }

  @Test
  void aStoreOfTheSecondVersionIsTakenOverAndReadAsItIs() throws Exception {
    Path file = temp.resolve("registrations.db");
    try (RegistrationStore store = open()) {
      store.apply(batch(1, 11, 2, 22));
      store.apply(batch(1, 0, 3, 33));
    }
    close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP INDEX unregistered");
      statement.execute("ALTER TABLE store DROP COLUMN horizon");
      statement.execute("PRAGMA user_version = 2");
      try (RegistrationStore old = RegistrationStore.sqliteReading(file, connection)) {
        assertThat(old.unregistered()).isEqualTo(1);
        assertThat(old.head()).isEqualTo(4);
      }
    }
    try (RegistrationStore store = RegistrationStore.sqlite(file)) {
      assertThat(store.horizon()).isZero();
      store.apply(batch(4, 44));
      assertThat(store.compact(Long.MAX_VALUE, 10)).isEqualTo(1);
      assertThat(store.registered()).isEqualTo(3);
    }
  }
}
