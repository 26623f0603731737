package org.blindbook.server.inspection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Compares what two looks at a store say of the same sequence numbers. A number stands for one
 * change for ever: a key that changes again gets another one. So where both have a number, they
 * either agree or are of different stores, however much either lacks.
 */
final class Histories {
  /** As many rows at either end are looked at, unless all are. */
  private static final long SAMPLE = 10_000;

  private final Connection one;
  private final Connection two;

  Histories(Connection one, Connection two) {
    this.one = one;
    this.two = two;
  }

  /**
   * Whether there is a number that stands for different changes.
   *
   * @param head up to which both may have numbers
   * @param all whether every row is compared, instead of the first and the last
   */
  boolean contradict(long head, boolean all) throws SQLException {
    return all
        ? contradictAfter(0, Long.MAX_VALUE)
        : contradictAfter(0, SAMPLE) || contradictAfter(Math.max(0, head - SAMPLE), SAMPLE);
  }

  private boolean contradictAfter(long sequence, long count) throws SQLException {
    try (PreparedStatement first = query(one, sequence, count);
        PreparedStatement second = query(two, sequence, count);
        ResultSet left = first.executeQuery();
        ResultSet right = second.executeQuery()) {
      boolean more = left.next() && right.next();
      while (more) {
        int order = Long.compare(left.getLong(1), right.getLong(1));
        if (order == 0 && !areSame(left, right)) {
          return true;
        }
        more = (order > 0 || left.next()) && (order < 0 || right.next());
      }
      return false;
    }
  }

  private static PreparedStatement query(Connection connection, long sequence, long count)
      throws SQLException {
    PreparedStatement query =
        connection.prepareStatement(
            "SELECT seq, key, account FROM registrations WHERE seq > ? ORDER BY seq LIMIT ?");
    query.setLong(1, sequence);
    query.setLong(2, count);
    return query;
  }

  private static boolean areSame(ResultSet one, ResultSet two) throws SQLException {
    return Arrays.equals(one.getBytes(2), two.getBytes(2))
        && Arrays.equals(one.getBytes(3), two.getBytes(3));
  }
}
