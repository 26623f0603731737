package org.blindbook.edge.identifier;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Phone numbers in international form: a plus and 7 to 15 digits (ITU-T E.164), whatever is written
 * between them. Knows no country's numbering plan.
 */
final class PhoneNumber {
  private static final int MIN_DIGITS = 7;
  private static final int MAX_DIGITS = 15;

  /**
   * What may follow the number: URI parameters (RFC 3966, section 3), an extension, or a dial
   * string after a pause. A comma or semicolon and then a space starts a second number instead,
   * which must not get lost.
   */
  private static final Pattern TAIL =
      Pattern.compile(
          "(?:;[a-z].*"
              + "|(?:extension|extn|ext|x|p|w|#)[ .:=]*[0-9][0-9 ,;#*pw-]*(?:;[a-z].*)?"
              + "|[,;]+[0-9][0-9,;#*pw-]*)$",
          Pattern.CASE_INSENSITIVE);

  /**
   * A trunk prefix for callers inside the country. Dropping it would be right for Germany and wrong
   * for Italy, and a wrong match is worse than a line for the user to look at.
   */
  private static final Pattern TRUNK_ZERO = Pattern.compile("[(\\[] *0 *[)\\]]");

  private PhoneNumber() {}

  /** The number as a plus and ASCII digits. */
  static String canonical(String text) throws IdentifierException {
    return isCanonical(text) ? text : withoutWhatIsBetween(text);
  }

  /** Most numbers in files of registrations are: nothing has to be looked for in them. */
  private static boolean isCanonical(String text) {
    int count = text.length() - 1;
    if (count < MIN_DIGITS
        || count > MAX_DIGITS
        || text.charAt(0) != '+'
        || text.charAt(1) == '0') {
      return false;
    }
    for (int i = 1; i <= count; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  private static String withoutWhatIsBetween(String text) throws IdentifierException {
    String number = withoutTail(withAsciiDigits(text));
    StringBuilder digits = new StringBuilder("+");
    boolean plus = false;
    boolean foreign = false;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c == '+' && !plus && digits.length() == 1) {
        plus = true;
      } else if (c >= '0' && c <= '9') {
        digits.append(c);
      } else if (!isSeparator(c)) {
        foreign = true;
      }
    }
    int count = digits.length() - 1;
    if (count == 0 && !plus) {
      throw new IdentifierException(Rejection.UNKNOWN_KIND);
    }
    if (foreign) {
      throw new IdentifierException(Rejection.PHONE_CHARACTERS);
    }
    if (!plus) {
      throw new IdentifierException(Rejection.NOT_INTERNATIONAL);
    }
    if (TRUNK_ZERO.matcher(number).find()) {
      throw new IdentifierException(Rejection.TRUNK_ZERO);
    }
    if (count < MIN_DIGITS || count > MAX_DIGITS) {
      throw new IdentifierException(Rejection.PHONE_LENGTH);
    }
    if (digits.charAt(1) == '0') {
      throw new IdentifierException(Rejection.PHONE_ZERO);
    }
    return digits.toString();
  }

  private static String withAsciiDigits(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !WrittenText.isJoiner(c))
        .map(
            c ->
                Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
                    ? '0' + Character.digit(c, 10)
                    : c)
        .forEach(ascii::appendCodePoint);
    return ascii.toString();
  }

  private static String withoutTail(String text) {
    Matcher tail = TAIL.matcher(text);
    return tail.find() ? text.substring(0, tail.start()) : text;
  }

  private static boolean isSeparator(char c) {
    return switch (c) {
      case ' ', '.', '/', '(', ')', '[', ']' -> true;
      // minus, katakana prolonged sound mark, middle dots
      case '\u2212', '\u30FC', '\u00B7', '\u30FB' -> true;
      default -> Character.getType(c) == Character.DASH_PUNCTUATION;
    };
  }
}
