package org.blindbook.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.blindbook.protocol.Sha256;

/**
 * Whose state a stored state is: a digest of the server's name and the account's pseudonym. A token
 * is worth nothing to another server or account; using it there by mistake would lose it and pay
 * for every contact again.
 */
final class Owner {
  static final int BYTES = Sha256.BYTES;

  private static final byte[] DOMAIN =
      "blindbook client state owner v1\0".getBytes(StandardCharsets.US_ASCII);

  private Owner() {}

  /**
   * @param server its host and path count; scheme and port do not, so that a service may move to
   *     another port
   * @param credential {@code pseudonym:timestamp:code}; only the pseudonym counts, because the rest
   *     changes. A credential of another form counts for nothing.
   */
  static byte[] of(URI server, String credential) {
    int colon = credential.indexOf(':');
    String account = colon < 0 ? "" : credential.substring(0, colon);
    String name = server.getHost().toLowerCase(Locale.ROOT) + server.getPath();
    return Sha256.of(
        DOMAIN,
        name.getBytes(StandardCharsets.UTF_8),
        new byte[1],
        account.getBytes(StandardCharsets.UTF_8));
  }
}
