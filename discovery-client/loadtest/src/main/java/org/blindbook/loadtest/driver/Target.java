package org.blindbook.loadtest.driver;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.stream.IntStream;
import org.blindbook.edge.endpoint.Paths;

/**
 * The server that is tested.
 *
 * @param path of the WebSocket
 */
public record Target(String host, int port, boolean tls, String path) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * @throws IllegalArgumentException with a plain sentence when it is no server's address
   */
  public static Target of(URI server) {
    String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if ((!tls && !scheme.equals("http"))
        || server.getHost() == null
        || server.getRawUserInfo() != null
        || server.getRawQuery() != null
        || server.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The server's address must be http:// or https://, a host, and perhaps a port and a"
              + " path.");
    }
    int port = server.getPort() >= 0 ? server.getPort() : tls ? HTTPS : HTTP;
    String path = server.getPath() == null ? "" : server.getPath().replaceFirst("/+$", "");
    String host = server.getHost().replaceAll("[\\[\\]]", "");
    return new Target(host, port, tls, path + Paths.DISCOVERY);
  }

  /**
   * Whether it is this machine, by every address that its name has.
   *
   * @throws UnknownHostException when it has none
   */
  public boolean isLoopback() throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    return IntStream.range(0, addresses.length).allMatch(i -> addresses[i].isLoopbackAddress());
  }
}
