package org.blindbook.server.registrations;

import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.blindbook.server.sqlite.SqliteFile;
import org.sqlite.SQLiteConfig;

/**
 * The store in one SQLite file, in WAL mode: readers never wait, writers take turns.
 *
 * <p>The sequence number is the table's own row number, so following the changes reads the file
 * front to back. A writer takes its numbers inside {@code BEGIN IMMEDIATE}, which admits one writer
 * at a time; a reader sees whole transactions only. Together: no number appears late.
 */
final class SqliteRegistrationStore extends SqlRegistrationStore {
  /** A writer waits this long for its turn; a full batch of another one takes a few seconds. */
  private static final int BUSY_MILLIS = 60_000;

  private static final int CACHE_KIB = 64 * 1024;
  private static final int WAL_BYTES_KEPT = 64 << 20;

  /** Version n of the schema is what the first n of these make. */
  private static final List<List<String>> MIGRATIONS =
      List.of(
          List.of(
              """
              CREATE TABLE registrations (
                seq INTEGER PRIMARY KEY,
                key BLOB NOT NULL UNIQUE,
                account BLOB
              ) STRICT\
              """,
              "CREATE TABLE store (identity TEXT NOT NULL) STRICT",
              "INSERT INTO store VALUES (lower(hex(randomblob(16))))"),
          List.of(
              // Some stores of version 1 have the first two.
              """
              CREATE TABLE IF NOT EXISTS load_progress (
                operation TEXT NOT NULL, rows INTEGER NOT NULL, name BLOB NOT NULL
              ) STRICT\
              """,
              """
              CREATE TABLE IF NOT EXISTS marks (
                time INTEGER PRIMARY KEY, seq INTEGER NOT NULL
              ) STRICT\
              """,
              """
              CREATE TABLE checkpoints (
                id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, name TEXT NOT NULL
              ) STRICT\
              """,
              """
              CREATE TABLE writes (
                name TEXT PRIMARY KEY, time INTEGER NOT NULL, digest BLOB NOT NULL,
                seq INTEGER NOT NULL, registered INTEGER NOT NULL, deleted INTEGER NOT NULL,
                unchanged INTEGER NOT NULL, superseded INTEGER NOT NULL
              ) STRICT\
              """,
              "CREATE INDEX writes_time ON writes (time)"),
          List.of(
              "ALTER TABLE store ADD COLUMN horizon INTEGER NOT NULL DEFAULT 0",
              "CREATE INDEX unregistered ON registrations (seq) WHERE account IS NULL"));

  private final Path file;
  private final Connection connection;
  private long versionLastAsked = -1;
  private boolean writtenSinceLastAsked;

  private SqliteRegistrationStore(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  static RegistrationStore open(Path file) throws StoreException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-CACHE_KIB);
    config.setJournalSizeLimit(WAL_BYTES_KEPT);
    try {
      SqliteFile.createForOwnerOnly(file);
      Connection connection = config.createConnection("jdbc:sqlite:" + file);
      try {
        migrate(connection);
        SqliteFile.requireWholePages(connection, file);
      } catch (SQLException | IOException e) {
        connection.close();
        throw e;
      }
      return new SqliteRegistrationStore(file, connection);
    } catch (SQLException e) {
      throw failed(file, e);
    } catch (IOException e) {
      throw new StoreException(
          "The store "
              + file
              + " cannot be created or read: check the owner, permissions and disk.",
          e);
    }
  }

  /** As {@link RegistrationStore#sqliteReading}. */
  static RegistrationStore reading(Path file, Connection connection) throws StoreException {
    try {
      int version = version(connection);
      if (version < 1 || version > MIGRATIONS.size()) {
        throw SqliteFile.unknownSchema();
      }
      return new SqliteRegistrationStore(file, connection);
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  private static void migrate(Connection connection) throws SQLException {
    if (version(connection) == MIGRATIONS.size()) {
      return;
    }
    transaction(
        connection,
        () -> {
          int version = version(connection); // another process may have been faster
          if (version > MIGRATIONS.size()) {
            throw SqliteFile.unknownSchema();
          }
          for (List<String> migration : MIGRATIONS.subList(version, MIGRATIONS.size())) {
            for (String statement : migration) {
              execute(connection, statement);
            }
          }
          execute(connection, "PRAGMA user_version = " + MIGRATIONS.size());
          return version;
        });
  }

  private static int version(Connection connection) throws SQLException {
    return Math.toIntExact(number(connection, "PRAGMA user_version"));
  }

  private interface InTransaction<T> {
    T run() throws SQLException;
  }

  private static <T> T transaction(Connection connection, InTransaction<T> work)
      throws SQLException {
    execute(connection, "BEGIN IMMEDIATE");
    try {
      T result = work.run();
      execute(connection, "COMMIT");
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      SqliteFile.rollback(connection);
      throw e;
    }
  }

  @Override
  synchronized <T> T reading(Work<T> work) throws StoreException {
    try {
      return work.with(connection);
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  @Override
  synchronized <T> T writing(Work<T> work) throws StoreException {
    try {
      T result = transaction(connection, () -> work.with(connection));
      writtenSinceLastAsked = true;
      return result;
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  /** Writers take turns, and a number is there when its writer is done. */
  @Override
  public OptionalLong oldestWriter() {
    return OptionalLong.empty();
  }

  @Override
  long readable(Connection connection) {
    return Long.MAX_VALUE;
  }

  @Override
  String accountBytes() {
    return "account";
  }

  @Override
  String unlockedOnly() {
    return ""; // one writes at a time
  }

  @Override
  String currentProgress() {
    return ""; // whoever writes deletes it
  }

  @Override
  Applied write(Connection connection, RegistrationBatch batch, Optional<LoadProgress> progress)
      throws SQLException {
    Applied applied = SqliteEntries.apply(connection, batch, head(connection, Long.MAX_VALUE) + 1);
    execute(connection, "DELETE FROM load_progress");
    if (progress.isPresent()) {
      insertProgress(connection, progress.get());
    }
    return applied;
  }

  @Override
  public String history() throws StoreException {
    return identity(); // no file takes the place of one that is open
  }

  @Override
  public Replacement replace() throws StoreException {
    return new SqliteReplacement(this);
  }

  @Override
  public boolean changedSinceLastAsked() throws StoreException {
    return reading(
        connection -> {
          // Differs after a commit of another connection, in this process or any other.
          long version = number(connection, "PRAGMA data_version");
          boolean changed = version != versionLastAsked || writtenSinceLastAsked;
          versionLastAsked = version;
          writtenSinceLastAsked = false;
          return changed;
        });
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Every write was committed, or reported as failed, before.
    }
  }

  /** A setting of the connection, for tests of durability. */
  long setting(String pragma) throws SQLException {
    return number(connection, "PRAGMA " + pragma);
  }

  private static StoreException failed(Path file, SQLException e) {
    return new StoreException(
        SqliteFile.sentence(
            "The store " + file, e, " is damaged or is not a store: restore it from a backup."),
        e);
  }
}
