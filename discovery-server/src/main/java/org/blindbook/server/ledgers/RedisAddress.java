package org.blindbook.server.ledgers;

import io.lettuce.core.RedisURI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a Redis is: {@code redis://[[USER:]PASSWORD@]HOST[:PORT][/DATABASE]}, or {@code rediss://}
 * for TLS, whose certificate has to be one for that host. Never printed: it may hold a password.
 */
public final class RedisAddress {
  private static final Pattern FORM =
      Pattern.compile("rediss?://([^@\\s/?#]*@)?[^@\\s/?#]+(/[0-9]{1,4})?/?");

  private final RedisURI uri;

  private RedisAddress(RedisURI uri) {
    this.uri = uri;
  }

  /** Empty when it is not written as an address. */
  public static Optional<RedisAddress> of(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RedisAddress(RedisURI.create(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  RedisURI uri() {
    return uri;
  }

  @Override
  public String toString() {
    return "RedisAddress[redacted]";
  }
}
