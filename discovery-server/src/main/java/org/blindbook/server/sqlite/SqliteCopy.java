package org.blindbook.server.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongConsumer;
import org.blindbook.edge.files.Access;
import org.blindbook.server.sql.Sql;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.core.DB;

/**
 * Copies a SQLite file while others write to it: the copy is the file at one moment, the first.
 *
 * <p>SQLite's online backup begins anew when somebody writes, and never ends beside writers who do
 * not pause. Within a transaction that reads it does not: it copies what that transaction sees.
 * Writers go on; their log grows until the copy is made.
 */
public final class SqliteCopy {
  /** Between two reports of progress: some megabytes. */
  private static final int PAGES_PER_STEP = 1_024;

  /** For who takes turns with the first access to the file. */
  private static final int BUSY_MILLIS = 10_000;

  private static final int NO_RETRIES = 0;

  private SqliteCopy() {}

  /**
   * @param target a new file, made for its owner only; on disk on return
   * @param progress told how many bytes were copied
   * @throws SQLException when the source cannot be read, or the target cannot be written
   */
  public static void make(Path source, Path target, LongConsumer progress)
      throws SQLException, IOException {
    Files.createFile(target, Access.OWNER.ofNewFile(target));
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setBusyTimeout(BUSY_MILLIS);
    try (Connection connection = config.createConnection("jdbc:sqlite:" + source.toUri())) {
      Sql.execute(connection, "BEGIN");
      // The transaction begins to read here, and sees this moment until it ends.
      long pageBytes = Sql.number(connection, "PRAGMA page_size");
      Sql.number(connection, "SELECT count(*) FROM sqlite_schema");
      int result =
          connection
              .unwrap(SQLiteConnection.class)
              .getDatabase()
              .backup(
                  "main",
                  target.toString(),
                  (remaining, pages) -> progress.accept((pages - remaining) * pageBytes),
                  NO_RETRIES,
                  NO_RETRIES,
                  PAGES_PER_STEP);
      if (result != 0) {
        throw DB.newSQLException(result, "backup");
      }
      Sql.execute(connection, "COMMIT");
    }
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
