package org.blindbook.server.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.blindbook.edge.files.Access;
import org.blindbook.server.sql.Sql;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A SQLite file of the data directory: who may read it, and what to say when it fails. */
public final class SqliteFile {
  private static final int SMALLEST_PAGE = 512;

  /** As long as another process may take to make its first table. */
  private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(2);

  private SqliteFile() {}

  /**
   * Creates it, unless it is there. SQLite itself would give a new file, and the two beside it, the
   * mode of the umask, and take an empty one for a new one. One that is new may be empty for a
   * moment, while another process makes it.
   *
   * @throws SQLException when it is there and nothing is in it
   */
  public static void createForOwnerOnly(Path file) throws SQLException, IOException {
    try {
      Files.createFile(file, Access.OWNER.ofNewFile(file));
    } catch (FileAlreadyExistsException e) {
      awaitPage(file);
    }
  }

  private static void awaitPage(Path file) throws SQLException, IOException {
    long deadline = System.nanoTime() + NEW_NANOS;
    while (Files.size(file) < SMALLEST_PAGE) {
      if (System.nanoTime() > deadline) {
        throw damage();
      }
      LockSupport.parkNanos(NEW_NANOS / 100);
    }
  }

  /**
   * SQLite takes a file whose last page is cut for a whole one. Not looked at while the log has
   * changes that a reader keeps from the file: whoever opened it first has.
   *
   * @throws SQLException when it is cut
   */
  public static void requireWholePages(Connection connection, Path file)
      throws SQLException, IOException {
    if (isAllInTheFile(connection)
        && Files.size(file) % Sql.number(connection, "PRAGMA page_size") != 0) {
      throw damage();
    }
  }

  private static boolean isAllInTheFile(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      return row.next()
          && row.getInt("busy") == 0
          && row.getInt("log") == row.getInt("checkpointed");
    }
  }

  private static SQLException damage() {
    return new SQLiteException("cut", SQLiteErrorCode.SQLITE_CORRUPT);
  }

  /** The write-ahead log beside a file: changes that are not in it yet. */
  public static Path log(Path file) {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  /** The index of the log, which the processes share that have the file open. */
  public static Path index(Path file) {
    return file.resolveSibling(file.getFileName() + "-shm");
  }

  /**
   * Whether a process has it open. Not to be asked in a process that has it open itself: its own
   * locks would be lost.
   */
  public static boolean isInUse(Path file) throws IOException {
    return LogFile.isInUse(index(file));
  }

  /**
   * Whether SQLite finds its structure whole.
   *
   * @param full also whether tables and indexes say the same, which takes several times as long
   */
  public static boolean isWhole(Connection connection, boolean full) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)")) {
      return rows.next() && rows.getString(1).equals("ok");
    }
  }

  /** Whether what failed is that the file is damaged, which no retry mends. */
  public static boolean isDamage(Exception failure) {
    return failure instanceof SQLiteException known
        && switch (SQLiteErrorCode.getErrorCode(known.getResultCode().code & 0xff)) {
          case SQLITE_NOTADB, SQLITE_CORRUPT -> true;
          default -> false;
        };
  }

  public static void rollback(Connection connection) {
    try {
      Sql.execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      // SQLite rolled back by itself; what made it do so is what the caller reports.
    }
  }

  /** The schema of the file is of another version than this program's. */
  public static SQLException unknownSchema() {
    return new SQLiteException("unknown schema", SQLiteErrorCode.SQLITE_SCHEMA);
  }

  /**
   * One plain sentence: what happened and what to do.
   *
   * @param subject begins it, and names the file
   * @param whenDamaged ends it when the file is no database, from " is" on
   */
  public static String sentence(String subject, SQLException failure, String whenDamaged) {
    if (!(failure instanceof SQLiteException known)) {
      return "SQLite cannot be started: its native library needs a folder for temporary files that"
          + " can be written and allows programs; name one, as in"
          + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR.";
    }
    SQLiteErrorCode code = known.getResultCode();
    // Extended codes carry the primary one in their low byte.
    return subject
        + switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
          case SQLITE_FULL ->
              " cannot be written because the disk is full: make room and try again.";
          case SQLITE_BUSY, SQLITE_LOCKED ->
              " is busy: another process has been writing for a minute; try again when it is done.";
          case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
              " cannot be opened or written: check its owner and permissions.";
          case SQLITE_NOTADB, SQLITE_CORRUPT -> whenDamaged;
          case SQLITE_IOERR ->
              " cannot be read or written: check that its disk has room and is healthy.";
          case SQLITE_SCHEMA -> " was made by another version of Blindbook: use that version.";
          default -> " failed with " + code.name() + ": check the disk and try again.";
        };
  }
}
