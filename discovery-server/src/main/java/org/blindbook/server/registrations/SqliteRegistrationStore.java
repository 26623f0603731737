package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.ACCOUNT_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.KEY_BYTES;
import static org.blindbook.server.sqlite.SqliteFile.execute;
import static org.blindbook.server.sqlite.SqliteFile.number;
import static org.blindbook.server.sqlite.SqliteFile.rollback;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.sqlite.SqliteFile;
import org.sqlite.SQLiteConfig;

/**
 * The store in one SQLite file, in WAL mode: readers never wait, writers take turns.
 *
 * <p>The sequence number is the table's own row number, so following the changes reads the file
 * front to back. A writer takes its numbers inside {@code BEGIN IMMEDIATE}, which admits one writer
 * at a time; a reader sees whole transactions only. Together: no number appears late.
 */
final class SqliteRegistrationStore implements RegistrationStore {
  private static final int SCHEMA_VERSION = 1;

  /** A writer waits this long for its turn; a full batch of another one takes a few seconds. */
  private static final int BUSY_MILLIS = 60_000;

  private static final int CACHE_KIB = 64 * 1024;
  private static final int WAL_BYTES_KEPT = 64 << 20;

  /**
   * Entries one statement takes. They travel as one blob that SQL cuts up, three times faster than
   * a JDBC call per row.
   */
  private static final int ENTRIES_PER_STATEMENT = 4096;

  /** Marks are of whole seconds, and never of an earlier time than they were made at. */
  private static final long NANOS_TO_ROUND_UP = 999_999_999;

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE registrations (
            seq INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            account BLOB
          ) STRICT\
          """,
          "CREATE TABLE store (identity TEXT NOT NULL) STRICT",
          "INSERT INTO store VALUES (lower(hex(randomblob(16))))",
          "PRAGMA user_version = " + SCHEMA_VERSION);

  /** Numbers the entries of the blob ?3 from 0 to ?1 - 1; the first gets the sequence number ?2. */
  private static final String NUMBERED =
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1) ";

  private static final String REGISTER =
      NUMBERED
          + """
          INSERT INTO registrations (seq, key, account)
          SELECT ?2 + i, substr(?3, i * 32 + 1, 16), substr(?3, i * 32 + 17, 16) FROM n WHERE true
          ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, account = excluded.account
          WHERE account IS NOT excluded.account\
          """;

  private static final String DELETE =
      NUMBERED
          + """
          UPDATE registrations SET seq = ?2 + i, account = NULL FROM n
          WHERE key = substr(?3, i * 32 + 1, 16) AND account IS NOT NULL\
          """;

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
        createSchema(connection);
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

  private static void createSchema(Connection connection) throws SQLException {
    createRegistrations(connection);
    execute(
        connection,
        """
        CREATE TABLE IF NOT EXISTS load_progress (
          operation TEXT NOT NULL, rows INTEGER NOT NULL, name BLOB NOT NULL
        ) STRICT\
        """);
    execute(
        connection,
        "CREATE TABLE IF NOT EXISTS marks (time INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT");
  }

  private static void createRegistrations(Connection connection) throws SQLException {
    if (number(connection, "PRAGMA user_version") == SCHEMA_VERSION) {
      return;
    }
    execute(connection, "BEGIN IMMEDIATE");
    try {
      long version = number(connection, "PRAGMA user_version");
      if (version == 0) {
        for (String statement : SCHEMA) {
          execute(connection, statement);
        }
      } else if (version != SCHEMA_VERSION) {
        throw SqliteFile.unknownSchema();
      }
      execute(connection, "COMMIT");
    } catch (SQLException e) {
      rollback(connection);
      throw e;
    }
  }

  @Override
  public synchronized Applied apply(RegistrationBatch batch, Optional<LoadProgress> progress)
      throws StoreException {
    int[] offsets = batch.sortedOffsets();
    try {
      execute(connection, "BEGIN IMMEDIATE");
      try {
        Writer register = new Writer(REGISTER, batch);
        Writer delete = new Writer(DELETE, batch);
        long next = currentHead() + 1;
        for (int offset : offsets) {
          next = (batch.isDeletion(offset) ? delete : register).add(offset, next);
        }
        next = register.flush(next);
        delete.flush(next);
        writeProgress(progress);
        execute(connection, "COMMIT");
        writtenSinceLastAsked = true;
        return new Applied(
            register.changed,
            delete.changed,
            offsets.length - register.changed - delete.changed,
            batch.size() - offsets.length);
      } catch (SQLException e) {
        rollback(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  private void writeProgress(Optional<LoadProgress> progress) throws SQLException {
    execute(connection, "DELETE FROM load_progress");
    if (progress.isPresent()) {
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO load_progress VALUES (?, ?, ?)")) {
        statement.setString(1, progress.get().operation().name());
        statement.setLong(2, progress.get().rows());
        statement.setBytes(3, progress.get().name());
        statement.executeUpdate();
      }
    }
  }

  @Override
  public synchronized Optional<LoadProgress> loadProgress() throws StoreException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT operation, rows, name FROM load_progress")) {
      return row.next()
          ? Optional.of(
              new LoadProgress(
                  Operation.valueOf(row.getString(1)), row.getLong(2), row.getBytes(3)))
          : Optional.empty();
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  /** Collects entries of one kind and writes them {@value #ENTRIES_PER_STATEMENT} at a time. */
  private final class Writer {
    private final String sql;
    private final byte[] entries;
    private final byte[] blob = new byte[ENTRIES_PER_STATEMENT * ENTRY_BYTES];
    private int count;
    private long changed;

    Writer(String sql, RegistrationBatch batch) {
      this.sql = sql;
      this.entries = batch.entries();
    }

    /** Returns the next free sequence number, as {@link #flush} does. */
    long add(int offset, long next) throws SQLException {
      System.arraycopy(entries, offset, blob, count * ENTRY_BYTES, ENTRY_BYTES);
      count++;
      return count == ENTRIES_PER_STATEMENT ? flush(next) : next;
    }

    long flush(long next) throws SQLException {
      if (count == 0) {
        return next;
      }
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, count);
        statement.setLong(2, next);
        statement.setBytes(3, blob);
        changed += statement.executeUpdate();
      }
      long free = next + count;
      count = 0;
      return free;
    }
  }

  @Override
  public synchronized Update changesBetween(long sequence, long last, int limit)
      throws StoreException {
    byte[] entries = new byte[Math.clamp(limit, 1, Update.MAX_ENTRIES) * ENTRY_BYTES];
    int length = 0;
    long reached = sequence;
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT seq, key, account FROM registrations WHERE seq > ? AND seq <= ?"
                + " ORDER BY seq LIMIT ?")) {
      statement.setLong(1, sequence);
      statement.setLong(2, last);
      statement.setInt(3, entries.length / ENTRY_BYTES);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reached = rows.getLong(1);
          System.arraycopy(rows.getBytes(2), 0, entries, length, KEY_BYTES);
          byte[] account = rows.getBytes(3);
          if (account != null) {
            System.arraycopy(account, 0, entries, length + KEY_BYTES, ACCOUNT_BYTES);
          }
          length += ENTRY_BYTES;
        }
      }
    } catch (SQLException e) {
      throw failed(file, e);
    }
    return new Update(reached, length == entries.length ? entries : Arrays.copyOf(entries, length));
  }

  @Override
  public synchronized long beforeNewest(long count) throws StoreException {
    try {
      return number(
          connection,
          "SELECT seq FROM registrations WHERE account IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET"
              + " "
              + count);
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  @Override
  public synchronized List<Mark> mark(InstantSource clock, Duration kept) throws StoreException {
    try {
      execute(connection, "BEGIN IMMEDIATE");
      try {
        // With the writers' turn taken: whatever is written after this time comes after the head.
        Instant now = clock.instant().plusNanos(NANOS_TO_ROUND_UP).truncatedTo(ChronoUnit.SECONDS);
        List<Mark> marks = rewriteMarks(now, now.minus(kept), currentHead());
        execute(connection, "COMMIT");
        return marks;
      } catch (SQLException e) {
        rollback(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  private List<Mark> rewriteMarks(Instant now, Instant oldest, long head) throws SQLException {
    // A mark of a later time than now was made by a clock that has been set back since.
    execute(
        connection,
        "DELETE FROM marks WHERE time > %d OR time < (SELECT max(time) FROM marks WHERE time <= %d)"
            .formatted(now.getEpochSecond(), oldest.getEpochSecond()));
    // A store in which nothing was ever written has everything since ever.
    execute(
        connection,
        "INSERT OR REPLACE INTO marks SELECT %d, %d WHERE NOT EXISTS (SELECT 1 FROM marks WHERE seq = %d)"
            .formatted(head == 0 ? 0 : now.getEpochSecond(), head, head));
    List<Mark> marks = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT time, seq FROM marks ORDER BY time")) {
      while (rows.next()) {
        marks.add(new Mark(Instant.ofEpochSecond(rows.getLong(1)), rows.getLong(2)));
      }
    }
    return marks;
  }

  @Override
  public synchronized String identity() throws StoreException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT identity FROM store")) {
      return rows.getString(1);
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  @Override
  public synchronized long registered() throws StoreException {
    try {
      return number(connection, "SELECT count(*) FROM registrations WHERE account IS NOT NULL");
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  @Override
  public synchronized long head() throws StoreException {
    try {
      return currentHead();
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  private long currentHead() throws SQLException {
    return number(connection, "SELECT ifnull(max(seq), 0) FROM registrations");
  }

  @Override
  public synchronized boolean changedSinceLastAsked() throws StoreException {
    try {
      // Differs after a commit of another connection, in this process or any other.
      long version = number(connection, "PRAGMA data_version");
      boolean changed = version != versionLastAsked || writtenSinceLastAsked;
      versionLastAsked = version;
      writtenSinceLastAsked = false;
      return changed;
    } catch (SQLException e) {
      throw failed(file, e);
    }
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
