package org.blindbook.server.registrations;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a spreadsheet, or another program that takes phone numbers for quantities, makes of them:
 * {@code +4915161009001.0}, {@code 4.9E+12}, {@code ="+4915161009001"}. Dots are separators in
 * phone numbers, so some of these would otherwise be read as the number of a stranger. {@code
 * docs/operations.md} has the rule.
 */
final class SpreadsheetDamage {
  private static final String FRACTION =
      "a spreadsheet has made a quantity of the number, with a fraction at its end: export the"
          + " column as text";
  private static final String EXPONENT =
      "a spreadsheet has rounded the number and put an exponent at its end: export the column as"
          + " text";
  private static final String COMMA =
      "a spreadsheet has made a quantity of the number, with commas in it: export the column as"
          + " text";
  private static final String MARKED =
      "a spreadsheet has put an apostrophe, an equals sign or quotes around the identifier: export"
          + " the column as plain text";
  private static final String ERROR =
      "the cell of the spreadsheet showed an error or was too narrow: export it again";

  /** Fewer digits in a row are a group that people write. */
  private static final int RUN_OF_A_QUANTITY = 5;

  private static final Pattern SHOWN_ERROR =
      Pattern.compile("#{2,}|#(NULL!|DIV/0!|VALUE!|REF!|NAME\\?|NUM!|N/A|SPILL!|CALC!)");
  private static final Pattern WITH_EXPONENT =
      Pattern.compile("[+-]?[0-9]+([.,][0-9]*)?E[+-]?[0-9]+");
  private static final Pattern GROUPED_IN_THREES =
      Pattern.compile("\\+?[0-9]{1,3}(?:([ .,'’])[0-9]{3})(?:\\1[0-9]{3})*");

  private static final int FULLWIDTH_FIRST = 0xFF01;
  private static final int FULLWIDTH_LAST = 0xFF5E;

  private SpreadsheetDamage() {}

  /**
   * Why an identifier is none that a person wrote; a constant sentence. Empty for everything else,
   * whether or not it is an identifier.
   */
  static Optional<String> reason(String identifier) {
    if (isPlain(identifier)) {
      return Optional.empty();
    }
    String text = folded(identifier);
    if (startsWithOneOf(text, "'’=")) {
      return Optional.of(MARKED);
    }
    String number = text.startsWith("TEL:") ? text.substring("TEL:".length()).strip() : text;
    if (number.indexOf('@') >= 0 || number.startsWith("USERNAME:")) {
      return Optional.empty();
    }
    if (startsWithOneOf(number, "\"")) {
      return Optional.of(MARKED);
    }
    if (SHOWN_ERROR.matcher(number).matches()) {
      return Optional.of(ERROR);
    }
    if (WITH_EXPONENT.matcher(number.replace(" ", "")).matches()) {
      return Optional.of(EXPONENT);
    }
    if (endsWithFraction(number)) {
      return Optional.of(FRACTION);
    }
    return hasSingleComma(number) ? Optional.of(COMMA) : Optional.empty();
  }

  private static boolean startsWithOneOf(String text, String characters) {
    return !text.isEmpty() && characters.indexOf(text.charAt(0)) >= 0;
  }

  /** Digits after a plus, as most files have them: quickly told. */
  private static boolean isPlain(String text) {
    if (!text.startsWith("+")) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  /** With ASCII digits, signs and spaces, without what cannot be seen; in upper case. */
  private static String folded(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .map(SpreadsheetDamage::ascii)
        .forEach(folded::appendCodePoint);
    return folded.toString().strip().toUpperCase(Locale.ROOT);
  }

  private static int ascii(int c) {
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return ' ';
    }
    if (Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
      return '0' + Character.digit(c, 10);
    }
    return c >= FULLWIDTH_FIRST && c <= FULLWIDTH_LAST ? c - FULLWIDTH_FIRST + '!' : c;
  }

  /**
   * A dot or comma and then one digit; or zeros only, where the mark is the only one of its kind
   * and a quantity is before it: digits in a row, or groups of three.
   */
  private static boolean endsWithFraction(String text) {
    int end = endOfNumber(text);
    int last = startOfDigits(text, end);
    int mark = lastBut(text, last, ' ');
    if (last == end || mark < 0 || ".,".indexOf(text.charAt(mark)) < 0) {
      return false;
    }
    int before = lastBut(text, mark, ' ') + 1;
    int run = before - startOfDigits(text, before);
    if (run == 0) {
      return false;
    }
    if (end - last == 1) {
      return true;
    }
    boolean onlyZeros = text.substring(last, end).chars().allMatch(c -> c == '0');
    boolean onlyMark = text.indexOf(text.charAt(mark)) == mark;
    return onlyZeros
        && onlyMark
        && (run >= RUN_OF_A_QUANTITY
            || GROUPED_IN_THREES.matcher(text.substring(0, before)).matches());
  }

  /** After the last digit that is before a letter or another sign of an extension. */
  private static int endOfNumber(String text) {
    int end = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        end = i + 1;
      } else if (Character.isLetter(c) || c == ';' || c == '#') {
        break;
      }
    }
    return end;
  }

  private static int startOfDigits(String text, int end) {
    int start = end;
    while (start > 0 && isDigit(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  /** The last place before this one that holds something else; -1 when there is none. */
  private static int lastBut(String text, int end, char c) {
    int at = end - 1;
    while (at >= 0 && text.charAt(at) == c) {
      at--;
    }
    return at;
  }

  /** A comma between digits; two in a row are a pause, and begin what is dialled later. */
  private static boolean hasSingleComma(String text) {
    int comma = text.indexOf(',');
    return comma > 0
        && comma + 1 < text.length()
        && isDigit(text.charAt(comma - 1))
        && isDigit(text.charAt(comma + 1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
