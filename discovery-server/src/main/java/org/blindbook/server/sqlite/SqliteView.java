package org.blindbook.server.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.blindbook.edge.files.TemporaryFolder;
import org.sqlite.SQLiteConfig;

/**
 * A SQLite file as it is, beside whoever uses it: neither it nor any file beside it is changed,
 * made or removed.
 *
 * <p>An ordinary connection does all three, even one for reading: it makes the two files of the
 * write-ahead log where they are missing, and the last one to close writes the log into the file.
 */
public final class SqliteView implements AutoCloseable {
  /** As a reader that takes no part in the locks of the log, which its memory of it would need. */
  private static final String BESIDE_OTHERS = "?mode=ro&readonly_shm=1";

  /** As a file that nobody changes. */
  private static final String ALONE = "?mode=ro&immutable=1";

  private final Connection connection;
  private final Optional<TemporaryFolder> copy;

  private SqliteView(Connection connection, Optional<TemporaryFolder> copy) {
    this.connection = connection;
    this.copy = copy;
  }

  /**
   * The file with what its log has. Where somebody left a log without the index beside it, which a
   * server that was killed does not, a copy of both is looked at, in the folder of temporary files.
   *
   * @throws IOException when there is no room for the copy
   */
  public static SqliteView open(Path file) throws SQLException, IOException {
    boolean hasIndex = Files.exists(SqliteFile.log(file)) && Files.exists(SqliteFile.index(file));
    if (hasIndex) {
      return new SqliteView(connect(file, BESIDE_OTHERS), Optional.empty());
    }
    return LogFile.hasFrames(SqliteFile.log(file)) ? ofCopy(file) : withoutLog(file);
  }

  /** The file without what its log has. It means nothing while somebody writes. */
  public static SqliteView withoutLog(Path file) throws SQLException {
    return new SqliteView(connect(file, ALONE), Optional.empty());
  }

  private static SqliteView ofCopy(Path file) throws SQLException, IOException {
    TemporaryFolder folder = TemporaryFolder.create("blindbook-look-");
    try {
      Path copy = folder.path().resolve("copy.db");
      Files.copy(file, copy);
      Files.copy(SqliteFile.log(file), SqliteFile.log(copy));
      return new SqliteView(connect(copy, ""), Optional.of(folder));
    } catch (SQLException | IOException e) {
      folder.delete();
      throw e;
    }
  }

  private static Connection connect(Path file, String how) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(!how.isEmpty());
    // As a URI, in which SQLite reads how; a path may have signs that mean something there.
    return config.createConnection("jdbc:sqlite:" + file.toUri() + how);
  }

  /** For reading. Closed with this. */
  public Connection connection() {
    return connection;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written.
    }
    copy.ifPresent(TemporaryFolder::delete);
  }
}
