package org.blindbook.server.registrations;

import static org.blindbook.server.registrations.PostgresEntries.update;
import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;

import java.sql.Connection;
import java.sql.SQLException;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.blindbook.server.registrations.RegistrationStore.Replacement;
import org.blindbook.server.registrations.SqlRegistrationStore.Work;

/**
 * What is to be registered is collected in temporary tables of one connection, and then compared
 * with what is. Rows of one batch have a number that later batches exceed.
 */
final class PostgresReplacement implements Replacement {
  private static final String NEW =
      "FROM incoming n WHERE NOT EXISTS (SELECT 1 FROM registrations r"
          + " WHERE r.key = n.key AND r.account = n.account)";

  private static final String GONE =
      "WHERE r.account IS NOT NULL AND NOT EXISTS (SELECT 1 FROM incoming n WHERE n.key = r.key)";

  private final PostgresAddress address;
  private final Connection connection;
  private boolean collected;

  PostgresReplacement(PostgresAddress address, Connection connection) throws StoreException {
    this.address = address;
    this.connection = connection;
    run(
        c -> {
          execute(
              c,
              "CREATE TEMP TABLE rows (key bytea, account uuid,"
                  + " n bigint GENERATED ALWAYS AS IDENTITY)");
          return true;
        });
  }

  private <T> T run(Work<T> work) throws StoreException {
    try {
      return PostgresRegistrationStore.transaction(connection, work);
    } catch (SQLException e) {
      throw PostgresFailure.of(address, e);
    }
  }

  @Override
  public void add(RegistrationBatch batch) throws StoreException {
    int[] offsets = batch.sortedOffsets();
    for (int offset : offsets) {
      if (batch.isDeletion(offset)) {
        throw new IllegalArgumentException("what is not added to a replacement is not registered");
      }
    }
    collected = false;
    run(
        c -> {
          PostgresEntries.copy(c, "rows (key, account)", batch, offsets);
          return true;
        });
  }

  /** Of several rows for one key the last. */
  private void collect(Connection c) throws SQLException {
    if (!collected) {
      execute(c, "DROP TABLE IF EXISTS incoming");
      execute(
          c,
          "CREATE TEMP TABLE incoming AS"
              + " SELECT DISTINCT ON (key) key, account FROM rows ORDER BY key, n DESC");
      execute(c, "CREATE UNIQUE INDEX ON incoming (key)");
      execute(c, "ANALYZE incoming");
      collected = true;
    }
  }

  @Override
  public Applied preview() throws StoreException {
    return run(
        c -> {
          collect(c);
          long changed = number(c, "SELECT count(*) " + NEW);
          return new Applied(
              changed,
              number(c, "SELECT count(*) FROM registrations r " + GONE),
              number(c, "SELECT count(*) FROM incoming") - changed,
              0);
        });
  }

  @Override
  public Applied commit() throws StoreException {
    Applied applied =
        run(
            c -> {
              collect(c);
              // Whoever else writes waits, so that the set is exactly this when it is there.
              execute(c, "LOCK TABLE registrations IN SHARE ROW EXCLUSIVE MODE");
              long registered =
                  update(
                      c,
                      "INSERT INTO registrations (key, account) SELECT n.key, n.account "
                          + NEW
                          + " ON CONFLICT (key) DO UPDATE SET account = excluded.account");
              long deleted = update(c, "UPDATE registrations r SET account = NULL " + GONE);
              execute(c, "DELETE FROM load_progress");
              return new Applied(
                  registered, deleted, number(c, "SELECT count(*) FROM incoming") - registered, 0);
            });
    close();
    return applied;
  }

  @Override
  public void close() {
    try (connection) {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
        execute(connection, "DROP TABLE IF EXISTS rows, incoming");
      }
    } catch (SQLException e) {
      // They go with the connection.
    }
  }
}
