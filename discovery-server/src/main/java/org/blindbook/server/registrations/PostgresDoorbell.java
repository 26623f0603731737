package org.blindbook.server.registrations;

import static org.blindbook.server.sql.Sql.execute;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Rings when somebody has changed registrations, and once in a while anyway: what is true stands in
 * the tables, and a ring may be lost with a connection. Used by one thread at a time.
 */
final class PostgresDoorbell implements AutoCloseable {
  /** A lost ring costs no more than this. */
  private static final long ANYWAY_NANOS = Duration.ofSeconds(1).toNanos();

  /** The driver reads what has come by waiting for more, and takes 0 for ever. */
  private static final int LISTEN_MILLIS = 1;

  private final DataSource connections;
  private final String channel;
  private @Nullable Connection connection;
  private long lastNanos = System.nanoTime() - ANYWAY_NANOS;

  PostgresDoorbell(DataSource connections, String channel) {
    this.connections = connections;
    this.channel = channel;
  }

  boolean rang() {
    boolean rang;
    try {
      rang = heard() | System.nanoTime() - lastNanos >= ANYWAY_NANOS;
    } catch (SQLException e) {
      close();
      rang = true; // whoever looks now says what is the matter
    }
    if (rang) {
      lastNanos = System.nanoTime();
    }
    return rang;
  }

  private boolean heard() throws SQLException {
    Connection current = connection;
    if (current == null) {
      current = connections.getConnection();
      connection = current;
      execute(current, "LISTEN " + channel);
      return true;
    }
    Object[] rings = current.unwrap(PGConnection.class).getNotifications(LISTEN_MILLIS);
    return rings != null && rings.length > 0;
  }

  @Override
  public void close() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      try {
        execute(current, "UNLISTEN *");
        current.close();
      } catch (SQLException e) {
        // The pool finds out that it is of no use.
      }
    }
  }
}
