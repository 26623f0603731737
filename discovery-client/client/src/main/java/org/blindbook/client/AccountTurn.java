package org.blindbook.client;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * One discovery at a time of each account, whichever clients of this process do them: two at once
 * would work on one stored state, and would be two loads for the service where one does. Who comes
 * second waits its turn. Other processes are kept out by the lock of the state.
 */
final class AccountTurn implements AutoCloseable {
  private static final ConcurrentMap<ByteBuffer, Line> LINES = new ConcurrentHashMap<>();

  /**
   * Those who hold or wait for one account's turn.
   *
   * @param count of them; a line of nobody is no longer in the map
   */
  private record Line(Semaphore turn, int count) {
    Line withCount(int newCount) {
      return new Line(turn, newCount);
    }
  }

  private final ByteBuffer account;
  private final Semaphore turn;
  private final boolean waited;

  private AccountTurn(ByteBuffer account, Semaphore turn, boolean waited) {
    this.account = account;
    this.turn = turn;
    this.waited = waited;
  }

  /**
   * Waits for a turn, which lasts until it is closed.
   *
   * @param owner see {@link Owner}
   */
  static AccountTurn await(byte[] owner) throws InterruptedException {
    ByteBuffer account = ByteBuffer.wrap(owner.clone());
    Line line =
        Objects.requireNonNull(
            LINES.compute(
                account,
                (key, known) ->
                    known == null
                        ? new Line(new Semaphore(1, true), 1)
                        : known.withCount(known.count + 1)));
    try {
      boolean waits = line.count > 1;
      line.turn.acquire();
      return new AccountTurn(account, line.turn, waits);
    } catch (InterruptedException e) {
      leave(account);
      throw e;
    }
  }

  /** Whether somebody else had the turn before: what was fresh then may be old now. */
  boolean waited() {
    return waited;
  }

  private static void leave(ByteBuffer account) {
    LINES.computeIfPresent(
        account, (key, line) -> line.count == 1 ? null : line.withCount(line.count - 1));
  }

  /** Accounts with somebody in line. */
  static int accounts() {
    return LINES.size();
  }

  @Override
  public void close() {
    turn.release();
    leave(account);
  }
}
