package org.blindbook.server.http;

import java.time.Instant;
import java.util.Optional;
import org.blindbook.edge.endpoint.Headers;
import org.jspecify.annotations.Nullable;

/** A time as clients write it in {@link Headers#SINCE}: seconds since 1970. */
final class SinceValue {
  private static final String SECONDS = "[0-9]{1,11}";

  private SinceValue() {}

  /** Empty when it is absent or anything else. */
  static Optional<Instant> of(@Nullable String value) {
    return Optional.ofNullable(value)
        .filter(text -> text.matches(SECONDS))
        .map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
  }
}
