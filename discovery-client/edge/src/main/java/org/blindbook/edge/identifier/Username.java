package org.blindbook.edge.identifier;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Usernames, without regard to case. ASCII only: look-alike letters of other scripts would let one
 * person pass for another.
 */
final class Username {
  private static final Pattern FORM = Pattern.compile("[a-z0-9._-]{1,64}");

  private Username() {}

  static String canonical(String text) throws IdentifierException {
    // Outside ASCII, case mapping could turn a foreign letter into a plain one (the Kelvin sign).
    if (text.chars().allMatch(c -> c < 0x80)) {
      String name = text.toLowerCase(Locale.ROOT);
      if (FORM.matcher(name).matches()) {
        return name;
      }
    }
    throw new IdentifierException(Rejection.USERNAME);
  }
}
