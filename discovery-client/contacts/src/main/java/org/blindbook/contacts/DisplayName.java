package org.blindbook.contacts;

import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of contacts, from parts and fit for a terminal. */
final class DisplayName {
  private static final int MAX_CHARS = 200;

  private static final Set<UnicodeScript> FAMILY_NAME_FIRST =
      Set.of(
          UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL);

  private DisplayName() {}

  /**
   * One line without control and formatting characters: a name from somebody's card must not steer
   * the terminal it is printed on. Joiners stay, as scripts and emoji need them.
   */
  static String clean(String written) {
    StringBuilder clean = new StringBuilder();
    written
        .codePoints()
        .forEach(
            c -> {
              if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                  clean.append(' ');
                }
              } else if (isVisible(c)) {
                clean.appendCodePoint(c);
              }
            });
    String line = clean.toString().strip();
    return line.length() <= MAX_CHARS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MAX_CHARS / 2));
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE -> false;
      case Character.FORMAT -> c == 0x200C || c == 0x200D;
      default -> true;
    };
  }

  /** A name in the order its bearer would write it; parts may be blank. */
  static String of(String prefix, String given, String middle, String family, String suffix) {
    boolean familyFirst =
        !family.isBlank()
            && FAMILY_NAME_FIRST.contains(UnicodeScript.of(family.strip().codePointAt(0)));
    List<String> parts =
        familyFirst
            ? List.of(prefix, family, given, middle, suffix)
            : List.of(prefix, given, middle, family, suffix);
    return joined(parts.stream());
  }

  static String joined(Stream<String> parts) {
    return parts.map(String::strip).filter(p -> !p.isEmpty()).collect(Collectors.joining(" "));
  }
}
