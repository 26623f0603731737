package org.blindbook.server.auth;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The value of an {@code Authorization} header: a scheme, a space, a credential. */
final class Authorization {
  private Authorization() {}

  static String value(String scheme, String credential) {
    return scheme + " " + credential;
  }

  /**
   * The credential, without spaces around it. Schemes have no case: RFC 9110, section 11.1.
   *
   * @param value null when the request has none
   * @return empty when it is of another scheme
   */
  static Optional<String> credential(String scheme, @Nullable String value) {
    String start = value(scheme, "");
    return value == null || !value.regionMatches(true, 0, start, 0, start.length())
        ? Optional.empty()
        : Optional.of(value.substring(start.length()).strip());
  }
}
