package org.blindbook.server.registrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.blindbook.server.registrations.RegistrationStore.Applied;

/** What {@link RegistrationStore#applyOnce} remembers of a write, in the same transaction. */
record NamedWrite(String name, byte[] digest, long sequence, Applied applied) {
  static Optional<NamedWrite> find(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT digest, seq, registered, deleted, unchanged, superseded FROM writes"
                + " WHERE name = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new NamedWrite(
                    name,
                    row.getBytes(1),
                    row.getLong(2),
                    new Applied(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6))))
            : Optional.empty();
      }
    }
  }

  /** Also forgets what is known for long enough. */
  void insert(Connection connection, Instant now) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM writes WHERE time < ?")) {
      statement.setLong(1, now.minus(RegistrationStore.NAMES_KEPT).getEpochSecond());
      statement.executeUpdate();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO writes"
                + " (name, time, digest, seq, registered, deleted, unchanged, superseded)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, name);
      statement.setLong(2, now.getEpochSecond());
      statement.setBytes(3, digest);
      statement.setLong(4, sequence);
      statement.setLong(5, applied.registered());
      statement.setLong(6, applied.deleted());
      statement.setLong(7, applied.unchanged());
      statement.setLong(8, applied.superseded());
      statement.executeUpdate();
    }
  }
}
