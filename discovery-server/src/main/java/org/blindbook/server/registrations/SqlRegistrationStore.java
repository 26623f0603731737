package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.ACCOUNT_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.KEY_BYTES;
import static org.blindbook.server.sql.Sql.execute;
import static org.blindbook.server.sql.Sql.number;
import static org.blindbook.server.sql.Sql.text;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.protocol.lookup.Update;

/**
 * What stores in SQL databases say in the same words. A dialect knows how to connect, how to write
 * a batch, and up to where the changes may be read.
 */
abstract class SqlRegistrationStore implements RegistrationStore {
  /** Marks are of whole seconds, and never of an earlier time than they were made at. */
  private static final long NANOS_TO_ROUND_UP = 999_999_999;

  private final SecureRandom random = new SecureRandom();

  /** What is done with a connection. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Does what changes nothing. */
  abstract <T> T reading(Work<T> work) throws StoreException;

  /** As {@link #reading}, of what takes longer the more is registered. */
  <T> T counting(Work<T> work) throws StoreException {
    return reading(work);
  }

  /** Does it in one transaction, which is on disk on return. */
  abstract <T> T writing(Work<T> work) throws StoreException;

  /** As {@link #writing}, of so little that whoever waits for it need not wait for long. */
  <T> T writingLittle(Work<T> work) throws StoreException {
    return writing(work);
  }

  /** The highest sequence number below which nothing comes any more. */
  abstract long readable(Connection connection) throws SQLException;

  /** The expression for an account's bytes. */
  abstract String accountBytes();

  /** What makes a query for rows lock them and leave out those that others have locked. */
  abstract String unlockedOnly();

  /** A condition that a load's progress meets for as long as nobody else has written. */
  abstract String currentProgress();

  /**
   * Writes a batch, within a transaction.
   *
   * @param progress to be kept for as long as nobody else writes
   */
  abstract Applied write(
      Connection connection, RegistrationBatch batch, Optional<LoadProgress> progress)
      throws SQLException;

  @Override
  public Applied apply(RegistrationBatch batch, Optional<LoadProgress> progress)
      throws StoreException {
    return writing(connection -> write(connection, batch, progress));
  }

  @Override
  public Optional<Receipt> applyOnce(String name, RegistrationBatch batch, Instant now)
      throws StoreException {
    byte[] digest = batch.digest();
    return writingLittle(
        connection -> {
          Optional<NamedWrite> earlier = NamedWrite.find(connection, name);
          if (earlier.isPresent()) {
            return earlier
                .filter(write -> MessageDigest.isEqual(write.digest(), digest))
                .map(write -> new Receipt(write.sequence(), write.applied(), true));
          }
          Applied applied = write(connection, batch, Optional.empty());
          // Of what this transaction sees: its own changes and all before.
          long sequence = head(connection, Long.MAX_VALUE);
          new NamedWrite(name, digest, sequence, applied).insert(connection, now);
          return Optional.of(new Receipt(sequence, applied, false));
        });
  }

  /**
   * @param horizon the store's when they were read, or later
   */
  private record Changes(Update update, long horizon) {}

  @Override
  public Update changesAfter(Position position, int limit)
      throws StoreException, CompactedException {
    Changes changes =
        reading(
            connection -> changes(connection, position.sequence(), readable(connection), limit));
    if (!position.isBeyond(changes.horizon)) {
      throw new CompactedException();
    }
    return changes.update;
  }

  @Override
  public Update changesBetween(long sequence, long last, int limit) throws StoreException {
    return reading(
            connection ->
                changes(connection, sequence, Math.min(last, readable(connection)), limit))
        .update;
  }

  private Changes changes(Connection connection, long sequence, long last, int limit)
      throws SQLException {
    byte[] entries = new byte[Math.clamp(limit, 1, Update.MAX_ENTRIES) * ENTRY_BYTES];
    int length = 0;
    long reached = sequence;
    long horizon = 0;
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT seq, key, "
                + accountBytes()
                // In the same statement, so that it is of the same moment.
                + ", (SELECT horizon FROM store)"
                + " FROM registrations WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?")) {
      statement.setLong(1, sequence);
      statement.setLong(2, last);
      statement.setInt(3, entries.length / ENTRY_BYTES);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reached = rows.getLong(1);
          horizon = rows.getLong(4);
          System.arraycopy(rows.getBytes(2), 0, entries, length, KEY_BYTES);
          byte[] account = rows.getBytes(3);
          if (account != null) {
            System.arraycopy(account, 0, entries, length + KEY_BYTES, ACCOUNT_BYTES);
          }
          length += ENTRY_BYTES;
        }
      }
    }
    return new Changes(
        new Update(reached, length == entries.length ? entries : Arrays.copyOf(entries, length)),
        // It never falls: asked for after nothing was found, it is no lower than it was then.
        length == 0 ? horizon(connection) : horizon);
  }

  private static long horizon(Connection connection) throws SQLException {
    return number(connection, "SELECT horizon FROM store");
  }

  @Override
  public long horizon() throws StoreException {
    return reading(SqlRegistrationStore::horizon);
  }

  @Override
  public long compact(long last, int limit) throws StoreException {
    return writing(
        connection -> {
          // The newest row says how far the store is, and which number comes next.
          long before = head(connection, readable(connection));
          String unregistered = "SELECT seq FROM registrations WHERE account IS NULL AND seq <= ";
          long horizon =
              number(
                  connection,
                  "SELECT max(seq) FROM (%s %d ORDER BY seq LIMIT %d) AS oldest"
                      .formatted(unregistered, Math.min(last, before - 1), limit));
          execute(
              connection, "UPDATE store SET horizon = %d WHERE horizon < %1$d".formatted(horizon));
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "DELETE FROM registrations WHERE account IS NULL AND seq IN ("
                      + unregistered
                      + horizon
                      + unlockedOnly()
                      + ")")) {
            return statement.executeLargeUpdate();
          }
        });
  }

  @Override
  public long head() throws StoreException {
    return reading(connection -> head(connection, readable(connection)));
  }

  /** Never falls: a row that moves on to a number beyond what is readable leaves none behind. */
  static long head(Connection connection, long readable) throws SQLException {
    return Math.min(
        readable, number(connection, "SELECT coalesce(max(seq), 0) FROM registrations"));
  }

  @Override
  public long registered() throws StoreException {
    return counting(
        connection ->
            number(connection, "SELECT count(*) FROM registrations WHERE account IS NOT NULL"));
  }

  @Override
  public long unregistered() throws StoreException {
    return counting(
        connection ->
            number(connection, "SELECT count(*) FROM registrations WHERE account IS NULL"));
  }

  @Override
  public long visitRegistered(Visitor visitor) throws StoreException {
    return counting(
        connection -> {
          // One statement sees one moment. PostgreSQL gives it bit by bit in a transaction only.
          connection.setAutoCommit(false);
          try {
            return visitAll(connection, visitor);
          } finally {
            connection.rollback();
            connection.setAutoCommit(true);
          }
        });
  }

  private long visitAll(Connection connection, Visitor visitor) throws SQLException {
    long visited = 0;
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT key, "
                + accountBytes()
                + " FROM registrations WHERE account IS NOT NULL ORDER BY seq")) {
      statement.setFetchSize(Update.MAX_ENTRIES);
      try (ResultSet rows = statement.executeQuery()) {
        for (; rows.next(); visited++) {
          visitor.visit(rows.getBytes(1), rows.getBytes(2));
        }
      }
    }
    return visited;
  }

  @Override
  public long beforeNewest(long count) throws StoreException {
    return counting(
        connection ->
            number(
                connection,
                "SELECT seq FROM registrations WHERE account IS NOT NULL ORDER BY seq DESC LIMIT 1"
                    + " OFFSET "
                    + count));
  }

  @Override
  public String identity() throws StoreException {
    return reading(connection -> text(connection, "SELECT identity FROM store"));
  }

  @Override
  public List<Mark> mark(InstantSource clock, Duration kept) throws StoreException {
    return writingLittle(
        connection -> {
          // First the head: whatever is written after this time comes after it.
          long head = head(connection, readable(connection));
          Instant now =
              clock.instant().plusNanos(NANOS_TO_ROUND_UP).truncatedTo(ChronoUnit.SECONDS);
          forgetMarks(connection, now);
          return addMark(connection, now, now.minus(kept), head);
        });
  }

  private static void forgetMarks(Connection connection, Instant now) throws SQLException {
    // A mark of a later time than now was made by a clock that has been set back since.
    execute(
        connection,
        "DELETE FROM marks WHERE time > %d OR time < (SELECT max(time) FROM marks WHERE time <= %d)"
            .formatted(now.getEpochSecond(), now.minus(MARKS_KEPT).getEpochSecond()));
  }

  private static List<Mark> addMark(Connection connection, Instant now, Instant oldest, long head)
      throws SQLException {
    // A store in which nothing was ever written has everything since ever.
    execute(
        connection,
        """
        INSERT INTO marks SELECT %d, %d WHERE NOT EXISTS (SELECT 1 FROM marks WHERE seq = %d)
        ON CONFLICT (time) DO UPDATE SET seq = excluded.seq\
        """
            .formatted(head == 0 ? 0 : now.getEpochSecond(), head, head));
    List<Mark> marks = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT time, seq FROM marks WHERE time >="
                    + " coalesce((SELECT max(time) FROM marks WHERE time <= %d), 0) ORDER BY time"
                        .formatted(oldest.getEpochSecond()))) {
      while (rows.next()) {
        marks.add(new Mark(Instant.ofEpochSecond(rows.getLong(1)), rows.getLong(2)));
      }
    }
    return marks;
  }

  @Override
  public Checkpoint checkpoint(long sequence) throws StoreException {
    byte[] name = new byte[Checkpoint.NAME_LENGTH / 2];
    random.nextBytes(name);
    Checkpoint checkpoint = new Checkpoint(sequence, Hex.encodeHexString(name));
    return writingLittle(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("INSERT INTO checkpoints (seq, name) VALUES (?, ?)")) {
            statement.setLong(1, sequence);
            statement.setString(2, checkpoint.name());
            statement.executeUpdate();
          }
          execute(
              connection,
              "DELETE FROM checkpoints WHERE id <= (SELECT max(id) FROM checkpoints) - "
                  + CHECKPOINTS_KEPT);
          return checkpoint;
        });
  }

  @Override
  public boolean has(Checkpoint checkpoint) throws StoreException {
    return reading(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("SELECT 1 FROM checkpoints WHERE seq = ? AND name = ?")) {
            statement.setLong(1, checkpoint.sequence());
            statement.setString(2, checkpoint.name());
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  static void insertProgress(Connection connection, LoadProgress progress) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO load_progress (operation, rows, name) VALUES (?, ?, ?)")) {
      statement.setString(1, progress.operation().name());
      statement.setLong(2, progress.rows());
      statement.setBytes(3, progress.name());
      statement.executeUpdate();
    }
  }

  @Override
  public Optional<LoadProgress> loadProgress() throws StoreException {
    return reading(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT operation, rows, name FROM load_progress" + currentProgress())) {
            return row.next()
                ? Optional.of(
                    new LoadProgress(
                        Operation.valueOf(row.getString(1)), row.getLong(2), row.getBytes(3)))
                : Optional.empty();
          }
        });
  }
}
