package org.blindbook.server.limits;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordKind;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.UnavailableException;

/**
 * How many identifiers may be evaluated in bulk: so many a day, all of them at once after a quiet
 * day. Counts what was evaluated and what was refused, for the operator's audit. Both outlive the
 * server, and are one for all servers that share their records.
 */
public final class BulkBudget {
  private static final long MILLIS_PER_DAY = Duration.ofDays(1).toMillis();
  private static final RecordKey KEY = RecordKey.of(RecordKind.BULK, new byte[0]);

  /** Of changes at once: more than all batches under way on some servers. */
  private static final int MAX_ATTEMPTS = 64;

  private final long perDay;
  private final InstantSource clock;
  private final RecordStore records;
  private volatile State known;

  /** Reads what an earlier server left; until that is known the counts are 0. */
  public BulkBudget(long perDay, InstantSource clock, RecordStore records) {
    this.perDay = perDay;
    this.clock = clock;
    this.records = records;
    this.known = new State(perDay, clock.millis(), 0, 0);
    records.read(KEY).thenAccept(this::learn);
  }

  private synchronized void learn(byte[] content) {
    State state = state(content);
    if (state.evaluated >= known.evaluated && state.refused >= known.refused) {
      known = state;
    }
  }

  private State state(byte[] content) {
    return content.length == 0
        ? new State(perDay, clock.millis(), 0, 0)
        : State.decode(ByteBuffer.wrap(content));
  }

  /**
   * Takes so many, or none. What is taken is on the disk before anything is evaluated.
   *
   * @return 0, or the seconds after which to ask again; fails with {@link UnavailableException}
   *     when nobody can say how many are left
   */
  public CompletionStage<Integer> take(int identifiers) {
    return take(identifiers, MAX_ATTEMPTS);
  }

  private CompletionStage<Integer> take(int identifiers, int attempts) {
    return records
        .read(KEY)
        .thenCompose(
            read -> {
              State now = state(read).at(clock.millis(), perDay);
              boolean enough = now.left >= identifiers;
              byte[] next = (enough ? now.take(identifiers) : now.refuse(identifiers)).encode();
              return records
                  .replace(KEY, read, next)
                  .thenCompose(
                      held -> {
                        if (held) {
                          learn(next);
                          return CompletableFuture.completedStage(
                              enough ? 0 : now.secondsUntil(identifiers, perDay));
                        }
                        return attempts > 1
                            ? take(identifiers, attempts - 1)
                            : CompletableFuture.failedStage(UnavailableException.busy());
                      });
            });
  }

  /** Identifiers evaluated, ever. */
  public long evaluated() {
    return known.evaluated;
  }

  /** Identifiers refused, ever. */
  public long refused() {
    return known.refused;
  }

  /**
   * What is kept.
   *
   * @param left may be taken
   * @param millis when that was so
   */
  private record State(double left, long millis, long evaluated, long refused) {
    static State decode(ByteBuffer in) {
      return new State(in.getDouble(), in.getLong(), in.getLong(), in.getLong());
    }

    byte[] encode() {
      return ByteBuffer.allocate(4 * Long.BYTES)
          .putDouble(left)
          .putLong(millis)
          .putLong(evaluated)
          .putLong(refused)
          .array();
    }

    /**
     * A clock that goes back gives nothing. Where it was more than a day ahead, which is as long as
     * a whole budget takes to come back, its time is not waited for.
     */
    State at(long now, long perDay) {
      if (millis - now > MILLIS_PER_DAY) {
        return new State(left, now, evaluated, refused);
      }
      double gained = (double) perDay * Math.max(0, now - millis) / MILLIS_PER_DAY;
      return new State(Math.min(perDay, left + gained), Math.max(now, millis), evaluated, refused);
    }

    State take(int identifiers) {
      return new State(left - identifiers, millis, evaluated + identifiers, refused);
    }

    State refuse(int identifiers) {
      return new State(left, millis, evaluated, refused + identifiers);
    }

    int secondsUntil(int identifiers, long perDay) {
      double wait = (identifiers - left) * MILLIS_PER_DAY / perDay;
      return 1 + (int) Math.min(MILLIS_PER_DAY, wait) / 1_000;
    }
  }
}
