package org.blindbook.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** From the address of a server to the one of an endpoint of its. */
final class ServerAddress {
  private ServerAddress() {}

  /**
   * @param server such as {@code https://contacts.example.org}; {@code http}, {@code ws} and {@code
   *     wss} work too, a path is kept
   * @param endpoint its path
   * @param plaintextAllowed whether a connection without TLS may leave this machine
   * @throws IllegalArgumentException with a plain sentence when it cannot be used
   */
  static URI endpoint(URI server, String endpoint, boolean plaintextAllowed) {
    String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("https") || scheme.equals("wss");
    if (!secure && !scheme.equals("http") && !scheme.equals("ws")) {
      throw new IllegalArgumentException(
          "the server's address must begin with https:// (or http:// on this machine)");
    }
    if (server.getHost() == null
        || server.getRawUserInfo() != null
        || server.getRawQuery() != null
        || server.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the server's address must be a scheme, a host, and perhaps a port and a path");
    }
    if (!secure && !plaintextAllowed && !isLoopback(server.getHost())) {
      throw new IllegalArgumentException(
          "without TLS the credential could be read on the way: use https://");
    }
    String path = server.getPath() == null ? "" : server.getPath();
    try {
      return new URI(
          secure ? "wss" : "ws",
          null,
          server.getHost(),
          server.getPort(),
          path.replaceFirst("/+$", "") + endpoint,
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("the server's address has an impossible path", e);
    }
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("[::1]");
  }
}
