package org.blindbook.server.registrations;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a PostgreSQL is, and as whom to speak to it: {@code
 * postgresql://USER@HOST[:PORT][,HOST[:PORT]...]/DATABASE[?sslmode=...]}, as PostgreSQL's own
 * programs write it. Of several hosts the one that is the primary is used. There is no password in
 * it: that is looked up where PostgreSQL's own programs look, in the file that {@code PGPASSFILE}
 * names or {@code ~/.pgpass}.
 */
public final class PostgresAddress {
  private static final String SCHEME = "postgresql://";
  private static final Set<String> OPTIONS =
      Set.of("sslmode", "sslrootcert", "sslcert", "sslkey", "channelBinding");

  private final String user;
  private final String hosts;
  private final String database;
  private final Map<String, String> options;

  private PostgresAddress(String user, String hosts, String database, Map<String, String> options) {
    this.user = user;
    this.hosts = hosts;
    this.database = database;
    this.options = options;
  }

  /** What is wrong with an address, in a sentence that says how it should be. */
  public static final class WrongAddressException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongAddressException(String sentence) {
      super(sentence);
    }
  }

  /**
   * @throws WrongAddressException when it is none; the sentence repeats nothing of it, since it may
   *     hold a password
   */
  public static PostgresAddress parse(String text) throws WrongAddressException {
    if (!text.startsWith(SCHEME)) {
      throw form();
    }
    // Several hosts make no URI: the parts around them are read as one.
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    int at = rest.lastIndexOf('@', slash < 0 ? rest.length() : slash);
    if (at <= 0 || slash <= at) {
      throw form();
    }
    String user = rest.substring(0, at);
    if (user.indexOf(':') >= 0) {
      throw new WrongAddressException(
          "The address of the PostgreSQL must not hold a password: put that into the file that"
              + " PGPASSFILE names, or into ~/.pgpass.");
    }
    String hosts = rest.substring(at + 1, slash);
    try {
      URI path = new URI("postgresql://h" + rest.substring(slash));
      String database = path.getPath().substring(1);
      boolean whole =
          Arrays.stream(hosts.split(",", -1)).allMatch(PostgresAddress::isHost)
              && user.matches("[A-Za-z0-9_.-]+")
              && database.matches("[A-Za-z0-9_.-]+");
      if (!whole) {
        throw form();
      }
      return new PostgresAddress(user, hosts, database, options(path.getQuery()));
    } catch (URISyntaxException e) {
      throw form();
    }
  }

  private static boolean isHost(String host) {
    return host.matches("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  }

  private static Map<String, String> options(String query) throws WrongAddressException {
    Map<String, String> options = new TreeMap<>();
    for (String option : Optional.ofNullable(query).map(q -> q.split("&")).orElse(new String[0])) {
      int equals = option.indexOf('=');
      if (equals < 0 || !OPTIONS.contains(option.substring(0, equals))) {
        throw new WrongAddressException(
            "After the ? of the PostgreSQL's address only "
                + OPTIONS.stream().sorted().collect(Collectors.joining(", "))
                + " may stand, each with = and a value.");
      }
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return options;
  }

  private static WrongAddressException form() {
    return new WrongAddressException(
        "The address of a PostgreSQL has the form postgresql://USER@HOST:PORT/DATABASE.");
  }

  /** What {@link #parse} takes. */
  public String text() {
    String query =
        options.entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining("&"));
    return SCHEME + user + "@" + hosts + "/" + database + (query.isEmpty() ? "" : "?" + query);
  }

  /** For a sentence. */
  @Override
  public String toString() {
    return hosts + "/" + database;
  }

  String user() {
    return user;
  }

  /** For the driver. */
  String jdbcUrl() {
    return "jdbc:postgresql://" + hosts + "/" + database;
  }

  Map<String, String> options() {
    return options;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PostgresAddress that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }
}
