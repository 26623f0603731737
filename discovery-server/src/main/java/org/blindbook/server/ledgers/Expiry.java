package org.blindbook.server.ledgers;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes the records that {@link Retention} needs no longer, a few at a time: it walks through the
 * file without an index, which would cost every change more than this costs in a day.
 *
 * <p>Of the writer's thread.
 */
final class Expiry {
  /** A millisecond or two. */
  private static final int STEP = 512;

  private static final long PAUSE_NANOS = 3_600_000_000_000L;

  private static final Map<Integer, RecordKind> KINDS =
      Stream.of(RecordKind.values())
          .collect(Collectors.toUnmodifiableMap(RecordKind::number, Function.identity()));

  private final Retention retention;
  private SqliteRecords.Entry reached = SqliteRecords.Entry.FIRST;
  private long pausedUntil = System.nanoTime();

  Expiry(Retention retention) {
    this.retention = retention;
  }

  /**
   * Goes a step further, and pauses for an hour at the end.
   *
   * @param kept what is to be written anew and stays
   * @return what was removed
   */
  List<RecordKey> removeSome(SqliteRecords records, long today, Predicate<RecordKey> kept)
      throws SQLException {
    if (System.nanoTime() - pausedUntil < 0) {
      return List.of();
    }
    List<SqliteRecords.Entry> step = records.after(reached, STEP);
    List<RecordKey> removed = new ArrayList<>();
    records.begin();
    try {
      for (SqliteRecords.Entry entry : step) {
        RecordKind kind = KINDS.get(entry.kind());
        if (kind == null || !isOver(kind, today - entry.day())) {
          continue;
        }
        RecordKey key = new RecordKey(kind, ByteBuffer.wrap(entry.id()).asReadOnlyBuffer());
        if (!kept.test(key)) {
          records.remove(entry);
          removed.add(key);
        }
      }
      records.commit();
    } catch (SQLException e) {
      records.giveUp();
      throw e;
    }
    if (step.size() < STEP) {
      reached = SqliteRecords.Entry.FIRST;
      pausedUntil = System.nanoTime() + PAUSE_NANOS;
    } else {
      reached = step.getLast();
    }
    return removed;
  }

  private boolean isOver(RecordKind kind, long days) {
    return retention.of(kind).filter(kept -> days > kept.toDays()).isPresent();
  }
}
