package org.blindbook.server.ledgers;

import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;
import static org.blindbook.server.sqlite.SqliteFile.rollback;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.server.sqlite.SqliteFile;
import org.sqlite.SQLiteConfig;

/**
 * One connection to the file of records, in WAL mode: readers never wait for the one writer. What
 * was committed is on the disk.
 *
 * <p>The day of the last change is all that is kept of time: it is for {@link Retention}.
 *
 * <p>Not thread-safe.
 */
final class SqliteRecords implements AutoCloseable {
  private static final int SCHEMA_VERSION = 1;

  /** Only an operator's backup takes turns with the one server that writes. */
  private static final int BUSY_MILLIS = 10_000;

  private static final int CACHE_KIB = 4 * 1024;
  private static final int WAL_BYTES_KEPT = 16 << 20;

  private final Connection connection;
  private final PreparedStatement select;
  private final PreparedStatement insert;
  private final PreparedStatement update;
  private final PreparedStatement upsert;
  private final PreparedStatement delete;
  private final PreparedStatement walk;
  private final PreparedStatement deleteOfDay;

  private SqliteRecords(Connection connection) throws SQLException {
    this.connection = connection;
    select = connection.prepareStatement("SELECT content FROM records WHERE kind = ? AND id = ?");
    insert =
        connection.prepareStatement(
            "INSERT INTO records (content, day, kind, id) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING");
    update =
        connection.prepareStatement(
            "UPDATE records SET content = ?, day = ? WHERE kind = ? AND id = ? AND content = ?");
    upsert =
        connection.prepareStatement(
            "INSERT INTO records (content, day, kind, id) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET content = excluded.content, day = excluded.day");
    delete =
        connection.prepareStatement(
            "DELETE FROM records WHERE kind = ? AND id = ? AND content = ?");
    walk =
        connection.prepareStatement(
            "SELECT kind, id, day FROM records WHERE (kind, id) > (?, ?)"
                + " ORDER BY kind, id LIMIT ?");
    deleteOfDay =
        connection.prepareStatement("DELETE FROM records WHERE kind = ? AND id = ? AND day = ?");
  }

  /**
   * @throws SQLException when the file is cut; before any other connection is opened
   */
  void requireWholePages(Path file) throws SQLException, IOException {
    SqliteFile.requireWholePages(connection, file);
  }

  /** Opens the file, which is there, and makes its table in a new one. */
  static SqliteRecords open(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-CACHE_KIB);
    config.setJournalSizeLimit(WAL_BYTES_KEPT);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      createTable(connection);
      return new SqliteRecords(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void createTable(Connection connection) throws SQLException {
    long version = number(connection, "PRAGMA user_version");
    if (version == SCHEMA_VERSION) {
      return;
    }
    if (version != 0) {
      throw SqliteFile.unknownSchema();
    }
    execute(
        connection,
        """
        CREATE TABLE IF NOT EXISTS records (
          kind INTEGER NOT NULL, id BLOB NOT NULL, content BLOB NOT NULL, day INTEGER NOT NULL,
          PRIMARY KEY (kind, id)
        ) STRICT, WITHOUT ROWID\
        """);
    execute(connection, "PRAGMA user_version = " + SCHEMA_VERSION);
  }

  /**
   * How many records a file has that somebody only looks at.
   *
   * @throws SQLException when it is something else, or of another version
   */
  static long count(Connection reading) throws SQLException {
    if (number(reading, "PRAGMA user_version") != SCHEMA_VERSION) {
      throw SqliteFile.unknownSchema();
    }
    return number(reading, "SELECT count(*) FROM records");
  }

  /** {@link RecordStore#NONE} when it is not there. */
  byte[] read(RecordKey key) throws SQLException {
    name(select, 1, key);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getBytes(1) : RecordStore.NONE;
    }
  }

  void begin() throws SQLException {
    execute(connection, "BEGIN IMMEDIATE");
  }

  void commit() throws SQLException {
    execute(connection, "COMMIT");
  }

  void giveUp() {
    rollback(connection);
  }

  /** As {@link RecordStore#replace}. */
  boolean replace(RecordKey key, byte[] read, byte[] next, long day) throws SQLException {
    if (next.length == 0) {
      name(delete, 1, key);
      delete.setBytes(3, read);
      return delete.executeUpdate() == 1;
    }
    PreparedStatement statement = read.length == 0 ? insert : update;
    statement.setBytes(1, next);
    statement.setLong(2, day);
    name(statement, 3, key);
    if (read.length > 0) {
      statement.setBytes(5, read);
    }
    return statement.executeUpdate() == 1;
  }

  void put(RecordKey key, byte[] content, long day) throws SQLException {
    upsert.setBytes(1, content);
    upsert.setLong(2, day);
    name(upsert, 3, key);
    upsert.executeUpdate();
  }

  /** A record's place in the file's order, and the day of its last change. */
  record Entry(int kind, byte[] id, long day) {
    static final Entry FIRST = new Entry(0, new byte[0], 0);
  }

  /** The next records after one, as they are in the file. */
  List<Entry> after(Entry entry, int limit) throws SQLException {
    walk.setInt(1, entry.kind);
    walk.setBytes(2, entry.id);
    walk.setInt(3, limit);
    List<Entry> next = new ArrayList<>();
    try (ResultSet rows = walk.executeQuery()) {
      while (rows.next()) {
        next.add(new Entry(rows.getInt(1), rows.getBytes(2), rows.getLong(3)));
      }
    }
    return next;
  }

  /** Removes a record that was not changed since. */
  void remove(Entry entry) throws SQLException {
    deleteOfDay.setInt(1, entry.kind);
    deleteOfDay.setBytes(2, entry.id);
    deleteOfDay.setLong(3, entry.day);
    deleteOfDay.executeUpdate();
  }

  /** Writes to the disk without changing anything: succeeds when there is room again. */
  void writeNothing() throws SQLException {
    execute(connection, "PRAGMA user_version = " + SCHEMA_VERSION);
  }

  private static void name(PreparedStatement statement, int first, RecordKey key)
      throws SQLException {
    statement.setInt(first, key.kind().number());
    statement.setBytes(first + 1, key.idBytes());
  }

  /** A setting of the connection, for tests of durability and of a full disk. */
  long pragma(String pragma) throws SQLException {
    return number(connection, "PRAGMA " + pragma);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Every change was committed, or reported as failed, before.
    }
  }
}
