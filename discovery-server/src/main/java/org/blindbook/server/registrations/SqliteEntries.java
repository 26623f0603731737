package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.blindbook.server.registrations.RegistrationStore.Applied;

/**
 * Entries of a batch on their way into a table of SQLite, {@value #PER_STATEMENT} in one statement.
 * They travel as one blob that SQL cuts up, three times faster than a JDBC call per row.
 */
final class SqliteEntries {
  private static final int PER_STATEMENT = 4096;

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

  private static final String COLLECT =
      NUMBERED
          + """
          INSERT INTO temp.incoming (key, account)
          SELECT substr(?3, i * 32 + 1, 16), substr(?3, i * 32 + 17, 16) FROM n WHERE true
          ON CONFLICT (key) DO UPDATE SET account = excluded.account\
          """;

  private final Connection connection;
  private final String sql;
  private final byte[] entries;
  private final byte[] blob = new byte[PER_STATEMENT * ENTRY_BYTES];
  private int count;
  private long changed;

  private SqliteEntries(Connection connection, String sql, RegistrationBatch batch) {
    this.connection = connection;
    this.sql = sql;
    this.entries = batch.entries();
  }

  /**
   * Writes a batch into the registrations.
   *
   * @param next the first free sequence number
   */
  static Applied apply(Connection connection, RegistrationBatch batch, long next)
      throws SQLException {
    SqliteEntries register = new SqliteEntries(connection, REGISTER, batch);
    SqliteEntries delete = new SqliteEntries(connection, DELETE, batch);
    int[] offsets = batch.sortedOffsets();
    long free = next;
    for (int offset : offsets) {
      free = (batch.isDeletion(offset) ? delete : register).add(offset, free);
    }
    free = register.flush(free);
    delete.flush(free);
    return new Applied(
        register.changed,
        delete.changed,
        offsets.length - register.changed - delete.changed,
        batch.size() - offsets.length);
  }

  /** Writes a batch into the table {@code incoming} of a {@link SqliteReplacement}. */
  static void collect(Connection connection, RegistrationBatch batch) throws SQLException {
    SqliteEntries incoming = new SqliteEntries(connection, COLLECT, batch);
    for (int offset : batch.sortedOffsets()) {
      if (batch.isDeletion(offset)) {
        throw new IllegalArgumentException("what is not added to a replacement is not registered");
      }
      incoming.add(offset, 0);
    }
    incoming.flush(0);
  }

  /** Returns the next free sequence number, as {@link #flush} does. */
  private long add(int offset, long next) throws SQLException {
    System.arraycopy(entries, offset, blob, count * ENTRY_BYTES, ENTRY_BYTES);
    count++;
    return count == PER_STATEMENT ? flush(next) : next;
  }

  private long flush(long next) throws SQLException {
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
