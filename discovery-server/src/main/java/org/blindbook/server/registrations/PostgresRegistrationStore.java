package org.blindbook.server.registrations;

import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;
import static org.blindbook.server.sql.Sql.text;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * The store in a PostgreSQL, in a schema of its own, which many servers and the messenger's backend
 * share. {@code docs/registrations.md} says what others may rely on, and write by plain SQL.
 *
 * <p>Transactions take numbers and commit in any order. Each says in a lock from where on its
 * numbers come; what is read ends before the lowest of these. So no number appears late, and nobody
 * waits for anybody.
 */
final class PostgresRegistrationStore extends SqlRegistrationStore {
  /** The thread that follows, its doorbell, whoever writes, and one to spare. */
  private static final int CONNECTIONS = 4;

  private static final int CONNECT_SECONDS = 5;
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);

  /** Reading a full update takes less than a second; who reads is to notice a dead network. */
  private static final Duration READ_TIME = Duration.ofSeconds(20);

  /** A full batch takes seconds, a replacement of a hundred million rows less than an hour. */
  private static final Duration WRITE_TIME = Duration.ofHours(1);

  /** Less than who reads waits for: so the server gives up first, and nothing of it stays there. */
  private static final Duration LITTLE_TIME = Duration.ofSeconds(15);

  /** Of a hundred million rows some minutes. */
  private static final Duration COUNT_TIME = Duration.ofMinutes(10);

  private static final int ATTEMPTS = 3;

  /** The driver sets a timeout at once: there is nothing to run. */
  private static final Executor AT_ONCE = Runnable::run;

  private final PostgresAddress address;
  private final HikariDataSource connections;
  private final PostgresDoorbell doorbell;

  private PostgresRegistrationStore(
      PostgresAddress address, HikariDataSource connections, String schema) {
    this.address = address;
    this.connections = connections;
    this.doorbell = new PostgresDoorbell(connections, schema);
  }

  static RegistrationStore open(PostgresAddress address, int epoch) throws StoreException {
    String schema = PostgresSchema.name(epoch);
    HikariDataSource connections = connect(address, schema);
    try {
      try (Connection connection = connections.getConnection()) {
        mayTake(WRITE_TIME, connection);
        PostgresSchema.migrate(connection, schema);
      }
      return new PostgresRegistrationStore(address, connections, schema);
    } catch (SQLException e) {
      connections.close();
      throw PostgresFailure.of(address, e);
    } catch (PostgresSchema.LaterVersionException e) {
      connections.close();
      throw new StoreException(
          "The schema "
              + schema
              + " of the PostgreSQL at "
              + address
              + " was made by a later version of Blindbook: use that version.",
          e);
    }
  }

  private static HikariDataSource connect(PostgresAddress address, String schema)
      throws StoreException {
    HikariConfig config = new HikariConfig();
    config.setPoolName("registrations");
    config.setJdbcUrl(address.jdbcUrl());
    config.setUsername(address.user());
    config.addDataSourceProperty("ApplicationName", "blindbook");
    config.addDataSourceProperty("targetServerType", "primary");
    // As text: the driver takes no notice of numbers.
    config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
    config.addDataSourceProperty("socketTimeout", Long.toString(READ_TIME.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    address.options().forEach(config::addDataSourceProperty);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    config.setInitializationFailTimeout(1); // one attempt
    // A commit that was acknowledged is on disk, whatever the database does by default.
    config.setConnectionInitSql(
        "SET search_path TO "
            + schema
            + "; SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'");
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw e.getCause() instanceof SQLException cause
          ? PostgresFailure.of(address, cause)
          : new StoreException(
              "The PostgreSQL at " + address + " cannot be used: check its address.", e);
    }
  }

  @Override
  <T> T reading(Work<T> work) throws StoreException {
    try (Connection connection = connections.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw PostgresFailure.of(address, e);
    }
  }

  @Override
  <T> T counting(Work<T> work) throws StoreException {
    return reading(
        connection -> {
          mayTake(COUNT_TIME, connection);
          return work.with(connection);
        });
  }

  @Override
  <T> T writing(Work<T> work) throws StoreException {
    return retrying(connection -> transaction(connection, work));
  }

  @Override
  <T> T writingLittle(Work<T> work) throws StoreException {
    return retrying(
        connection -> {
          connection.setAutoCommit(false);
          execute(connection, "SET LOCAL statement_timeout = " + LITTLE_TIME.toMillis());
          return committed(connection, work);
        });
  }

  private <T> T retrying(Work<T> transaction) throws StoreException {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = connections.getConnection()) {
        return transaction.with(connection);
      } catch (SQLException e) {
        if (!PostgresFailure.cameSecond(e) || attempt == ATTEMPTS) {
          throw PostgresFailure.of(address, e);
        }
      }
    }
  }

  /** The pool rolls back what is not committed, and restores the timeout. */
  static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
    mayTake(WRITE_TIME, connection);
    connection.setAutoCommit(false);
    return committed(connection, work);
  }

  private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
    T result = work.with(connection);
    connection.commit();
    return result;
  }

  /** Whoever waits for an answer this long takes the network for dead. */
  private static void mayTake(Duration time, Connection connection) throws SQLException {
    connection.setNetworkTimeout(AT_ONCE, Math.toIntExact(time.toMillis()));
  }

  @Override
  long readable(Connection connection) throws SQLException {
    return number(connection, "SELECT readable()");
  }

  @Override
  public OptionalLong oldestWriter() throws StoreException {
    return reading(
        connection -> {
          try (Statement statement = connection.createStatement();
              // In this order: then no number is newer than what is readable but for a writer.
              ResultSet row = statement.executeQuery("SELECT readable(), newest()")) {
            row.next();
            long readable = row.getLong(1);
            return row.getLong(2) > readable ? OptionalLong.of(readable) : OptionalLong.empty();
          }
        });
  }

  @Override
  String accountBytes() {
    return "uuid_send(account)";
  }

  /** So it waits for nobody, and nobody waits for it who writes something else. */
  @Override
  String unlockedOnly() {
    return " FOR UPDATE SKIP LOCKED";
  }

  @Override
  Applied write(Connection connection, RegistrationBatch batch, Optional<LoadProgress> progress)
      throws SQLException {
    Applied applied = PostgresEntries.apply(connection, batch);
    execute(connection, "DELETE FROM load_progress");
    if (progress.isPresent() && isOnlyWriter(connection)) {
      insertProgress(connection, progress.get());
      execute(
          connection,
          "UPDATE load_progress SET seq = (SELECT coalesce(max(seq), 0) FROM registrations)");
    }
    return applied;
  }

  /** Others that write at the same time may come with lower numbers than the highest one now. */
  private static boolean isOnlyWriter(Connection connection) throws SQLException {
    return number(connection, "SELECT other_writers()") == 0;
  }

  @Override
  String currentProgress() {
    return " WHERE seq = (SELECT coalesce(max(seq), 0) FROM registrations)";
  }

  /** A standby that is promoted begins another timeline, and may lack what came last. */
  @Override
  public String history() throws StoreException {
    return reading(
        connection ->
            text(
                connection,
                "SELECT identity || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1,"
                    + " 8) FROM store"));
  }

  @Override
  public Replacement replace() throws StoreException {
    try {
      return new PostgresReplacement(address, connections.getConnection());
    } catch (SQLException e) {
      throw PostgresFailure.of(address, e);
    }
  }

  @Override
  public boolean changedSinceLastAsked() {
    return doorbell.rang();
  }

  @Override
  public void close() {
    doorbell.close();
    connections.close();
  }
}
