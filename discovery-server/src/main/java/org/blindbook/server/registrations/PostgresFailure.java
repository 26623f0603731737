package org.blindbook.server.registrations;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** What went wrong with a PostgreSQL, for people. */
final class PostgresFailure {
  private static final String DEADLOCK = "40P01";
  private static final String TAKEN = "23505";

  private PostgresFailure() {}

  /** Whether another one came first, so that the same may succeed if it is tried again at once. */
  static boolean cameSecond(SQLException e) {
    return DEADLOCK.equals(e.getSQLState()) || TAKEN.equals(e.getSQLState());
  }

  static StoreException of(PostgresAddress address, SQLException failure) {
    return new StoreException("The PostgreSQL at " + address + sentence(cause(failure)), failure);
  }

  /** The pool wraps what kept it from connecting. */
  private static SQLException cause(SQLException failure) {
    return failure instanceof SQLTransientConnectionException
            && failure.getCause() instanceof SQLException inner
        ? inner
        : failure;
  }

  private static String sentence(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return switch (state) {
      case "53100" -> " cannot write because its disk is full: make room and try again.";
      case "53300" -> " has no connection left: raise its max_connections or try again later.";
      case "57014", "55P03" -> " is busy with what others do to the same rows: try again later.";
      case "25006" -> " is a standby, which takes no writes: name the primary too.";
      case "42501" -> " does not let this user do that: grant it what docs/registrations.md says.";
      case "3D000" -> " does not exist: create the database first.";
      case DEADLOCK, TAKEN -> " let others go first three times: try again.";
      default ->
          state.startsWith("28") || state.equals("08004")
              ? " refuses this user or password: check the address, and the file that PGPASSFILE"
                  + " names or ~/.pgpass."
              : state.startsWith("08") || state.startsWith("57") || state.equals("null")
                  ? " cannot be reached or does not answer: check the address, and that it runs."
                  : " failed with SQL state " + state + ": see its log.";
    };
  }
}
