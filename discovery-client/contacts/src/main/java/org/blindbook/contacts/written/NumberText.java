package org.blindbook.contacts.written;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** The text of a phone field in few characters: ASCII digits, plain spaces, hyphens. */
final class NumberText {
  /** ① and 1️⃣ before a number count numbers. */
  private static final Pattern ENCLOSED_DIGITS =
      Pattern.compile("[0-9]\\uFE0F?\\u20E3|[\\u2460-\\u249B\\u24EA-\\u24FF\\u2776-\\u2793]");

  /**
   * Dots, bullets and low lines between digits, and the prolonged sound mark: a letter to Unicode,
   * a dash to Japanese writers of numbers.
   */
  private static final Pattern DASHES =
      Pattern.compile("[\\p{Pd}\\u2212\\u00B7\\u2022\\u2027\\u2219\\u30FB\\u30FC_]");

  /** What Japanese keyboards have for the tilde. */
  private static final char WAVE_DASH = '\u301C';

  /** Before the last digits of further lines: 02-312-4567~8. */
  private static final Pattern RANGE = Pattern.compile("(?<=[0-9]) *~ *(?=[0-9])");

  /** Any carrier, as Brazilians and Argentines write it: 0xx11. */
  private static final Pattern ANY_CARRIER =
      Pattern.compile(
          "(?<![\\p{L}0-9])0[ -]?\\(?(?:xx|\\*\\*|--|\\.\\.|oo|operadora)\\)?(?=[ )-]*[0-9])",
          Pattern.CASE_INSENSITIVE);

  private NumberText() {}

  static String of(String written) {
    String text = ENCLOSED_DIGITS.matcher(written).replaceAll(" ; ");
    text = Normalizer.normalize(text, Normalizer.Form.NFKC).replace(WAVE_DASH, '~');
    text = DASHES.matcher(text).replaceAll("-");
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(ascii::appendCodePoint);
    String ranges = RANGE.matcher(ascii.toString().strip()).replaceAll(" / ");
    return ANY_CARRIER.matcher(ranges).replaceAll("0");
  }
}
