package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.ACCOUNT_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.KEY_BYTES;
import static org.blindbook.server.sql.Sql.execute;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Entries of a batch on their way into a table of PostgreSQL, by COPY in its binary form. */
final class PostgresEntries {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };
  private static final int HEADER_BYTES = SIGNATURE.length + 2 * Integer.BYTES;
  private static final int ROW_BYTES = Short.BYTES + 2 * Integer.BYTES + ENTRY_BYTES;
  private static final int BUFFER_BYTES = 256 * 1024;

  private PostgresEntries() {}

  /** Writes a batch into the registrations, within a transaction. */
  static Applied apply(Connection connection, RegistrationBatch batch) throws SQLException {
    // It belongs to the connection: made once, empty at the end of each transaction.
    execute(
        connection,
        "CREATE TEMP TABLE IF NOT EXISTS batch (key bytea, account uuid) ON COMMIT DELETE ROWS");
    int[] offsets = batch.sortedOffsets();
    copy(connection, "batch (key, account)", batch, offsets);
    long registered =
        update(
            connection,
            """
            INSERT INTO registrations AS r (key, account)
            SELECT key, account FROM batch WHERE account IS NOT NULL
            ON CONFLICT (key) DO UPDATE SET account = excluded.account
            WHERE r.account IS DISTINCT FROM excluded.account\
            """);
    long deleted =
        update(
            connection,
            """
            UPDATE registrations r SET account = NULL FROM batch b
            WHERE r.key = b.key AND b.account IS NULL AND r.account IS NOT NULL\
            """);
    return new Applied(
        registered, deleted, offsets.length - registered - deleted, batch.size() - offsets.length);
  }

  static long update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /**
   * Appends these entries of a batch.
   *
   * @param table with two columns, a bytea and a uuid that may be null
   */
  static void copy(Connection connection, String table, RegistrationBatch batch, int[] offsets)
      throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table + " FROM STDIN (FORMAT binary)");
    try {
      ByteBuffer rows = ByteBuffer.allocate(HEADER_BYTES + BUFFER_BYTES);
      rows.put(SIGNATURE).putInt(0).putInt(0);
      for (int offset : offsets) {
        put(rows, batch, offset);
        if (rows.remaining() < ROW_BYTES) {
          send(copy, rows);
        }
      }
      send(copy, rows.putShort((short) -1));
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void put(ByteBuffer rows, RegistrationBatch batch, int offset) {
    byte[] entries = batch.entries();
    rows.putShort((short) 2).putInt(KEY_BYTES).put(entries, offset, KEY_BYTES);
    if (batch.isDeletion(offset)) {
      rows.putInt(-1);
    } else {
      rows.putInt(ACCOUNT_BYTES).put(entries, offset + KEY_BYTES, ACCOUNT_BYTES);
    }
  }

  private static void send(CopyIn copy, ByteBuffer rows) throws SQLException {
    copy.writeToCopy(rows.array(), 0, rows.position());
    rows.clear();
  }
}
