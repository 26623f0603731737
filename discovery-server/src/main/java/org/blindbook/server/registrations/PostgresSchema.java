package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/**
 * The tables and functions of a store, in a schema of its own. Version n is what the first n
 * scripts among the resources make.
 */
final class PostgresSchema {
  private static final int VERSION = 2;

  /** Of the advisory lock under which one process at a time makes or changes a schema. */
  private static final long MIGRATION_LOCK = 0x426c696e64626f6fL;

  private PostgresSchema() {}

  /** Of the store of an epoch; 0 in mode truncated. */
  static String name(int epoch) {
    return epoch == 0 ? "blindbook" : "blindbook_" + epoch;
  }

  /**
   * Makes what is missing. Asks for no right to do so where nothing is.
   *
   * @throws LaterVersionException when it was made by a later version of this program
   */
  static void migrate(Connection connection, String schema)
      throws SQLException, LaterVersionException {
    if (version(connection, schema) == VERSION) {
      return;
    }
    connection.setAutoCommit(false);
    try {
      execute(connection, "SELECT pg_advisory_xact_lock(" + MIGRATION_LOCK + ")");
      int version = version(connection, schema);
      if (version > VERSION) {
        throw new LaterVersionException();
      }
      if (version == 0) {
        if (!exists(connection, "pg_namespace WHERE nspname", schema)) {
          execute(connection, "CREATE SCHEMA " + schema);
        }
        execute(connection, "CREATE TABLE " + schema + ".version (number int NOT NULL)");
        execute(connection, "INSERT INTO " + schema + ".version VALUES (0)");
      }
      for (int next = version + 1; next <= VERSION; next++) {
        execute(connection, script(next).replace("${schema}", schema));
      }
      execute(connection, "UPDATE " + schema + ".version SET number = " + VERSION);
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Somebody with a newer program was here. */
  static final class LaterVersionException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private static int version(Connection connection, String schema) throws SQLException {
    return exists(connection, "pg_tables WHERE tablename = 'version' AND schemaname", schema)
        ? Math.toIntExact(number(connection, "SELECT number FROM " + schema + ".version"))
        : 0;
  }

  private static boolean exists(Connection connection, String what, String schema)
      throws SQLException {
    return number(connection, "SELECT count(*) FROM " + what + " = '" + schema + "'") != 0;
  }

  private static String script(int version) {
    try (InputStream in =
        PostgresSchema.class.getResourceAsStream("postgresql/" + version + ".sql")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("a resource of this program cannot be read", e);
    }
  }
}
