package org.blindbook.server.registrations;

import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.blindbook.server.registrations.RegistrationStore.Replacement;

/**
 * What is to be registered is collected in a table that lies among SQLite's temporary files, which
 * are gone with the process, and then compared with what is.
 */
final class SqliteReplacement implements Replacement {
  private static final String NEW =
      "FROM temp.incoming n WHERE NOT EXISTS (SELECT 1 FROM registrations r"
          + " WHERE r.key = n.key AND r.account = n.account)";

  private static final String GONE =
      "FROM registrations r WHERE r.account IS NOT NULL AND NOT EXISTS"
          + " (SELECT 1 FROM temp.incoming n WHERE n.key = r.key)";

  private final SqlRegistrationStore store;

  SqliteReplacement(SqlRegistrationStore store) throws StoreException {
    this.store = store;
    store.reading(
        connection -> {
          execute(
              connection,
              "CREATE TEMP TABLE incoming (key BLOB PRIMARY KEY, account BLOB) WITHOUT ROWID");
          return true;
        });
  }

  @Override
  public void add(RegistrationBatch batch) throws StoreException {
    store.reading(
        connection -> {
          SqliteEntries.collect(connection, batch);
          return true;
        });
  }

  @Override
  public Applied preview() throws StoreException {
    return store.reading(
        connection -> {
          long changed = number(connection, "SELECT count(*) " + NEW);
          return new Applied(
              changed,
              number(connection, "SELECT count(*) " + GONE),
              number(connection, "SELECT count(*) FROM temp.incoming") - changed,
              0);
        });
  }

  @Override
  public Applied commit() throws StoreException {
    Applied applied =
        store.writing(
            connection -> {
              long next = SqlRegistrationStore.head(connection, Long.MAX_VALUE);
              long registered =
                  run(
                      connection,
                      "INSERT INTO registrations (seq, key, account)"
                          + " SELECT ? + row_number() OVER (ORDER BY n.key), n.key, n.account "
                          + NEW
                          + " ON CONFLICT (key) DO UPDATE"
                          + " SET seq = excluded.seq, account = excluded.account",
                      next);
              long deleted =
                  run(
                      connection,
                      "WITH gone AS (SELECT r.key, row_number() OVER (ORDER BY r.key) AS i "
                          + GONE
                          + ") UPDATE registrations SET seq = ? + gone.i, account = NULL FROM gone"
                          + " WHERE registrations.key = gone.key",
                      next + registered);
              execute(connection, "DELETE FROM load_progress");
              long all = number(connection, "SELECT count(*) FROM temp.incoming");
              return new Applied(registered, deleted, all - registered, 0);
            });
    close();
    return applied;
  }

  private static long run(Connection connection, String sql, long next) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, next);
      return statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    try {
      store.reading(
          connection -> {
            execute(connection, "DROP TABLE IF EXISTS temp.incoming");
            return true;
          });
    } catch (StoreException e) {
      // It goes with the connection.
    }
  }
}
