package org.blindbook.contacts.written;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What spreadsheets and data frames make of phone numbers that they take for quantities. */
final class SpreadsheetDamage {
  /** A text cell as a formula, ="0151…". */
  private static final Pattern FORMULA = Pattern.compile("= ?\"?([^\"]*)\"?");

  private static final Pattern ZEROS =
      Pattern.compile("(\\+?[0-9]{4,15})[.,]0|(\\+?[0-9]{7,15})[.,]00");

  /** 4.9152E+12: most digits are lost. */
  private static final Pattern EXPONENT =
      Pattern.compile("\\+?[0-9](?:[.,][0-9]*)? ?[eE] ?[+-]? ?[0-9]{1,2}");

  private static final Pattern FRACTION = Pattern.compile("([1-9][0-9]{6,14}),[0-9]+");

  private SpreadsheetDamage() {}

  /**
   * @return the text, with what can be repaired for certain
   * @throws UnreadableException if digits may be lost
   */
  static String repaired(String written, DialledNumbers dialled) throws UnreadableException {
    Matcher formula = FORMULA.matcher(written);
    String value = formula.matches() ? formula.group(1).strip() : written;
    Matcher zeros = ZEROS.matcher(value);
    if (zeros.matches()) {
      return zeros.group(1) == null ? zeros.group(2) : zeros.group(1);
    }
    if (EXPONENT.matcher(value).matches()) {
      throw new UnreadableException(
          "a spreadsheet has cut off digits of this number: export it again as text");
    }
    Matcher fraction = FRACTION.matcher(value);
    if (fraction.matches() && !isDialledAsWritten(fraction.group(1), dialled)) {
      throw new UnreadableException(
          "a spreadsheet has made a fraction of this number: export it again as text");
    }
    return value;
  }

  /**
   * A phone pauses at a comma; no spreadsheet made the number before it if that is a national one.
   */
  private static boolean isDialledAsWritten(String digits, DialledNumbers dialled) {
    try {
      DialledNumbers.Number number = dialled.read(digits);
      return number.isWhole() && number.digits() > digits.length();
    } catch (UnreadableException e) {
      return false;
    }
  }
}
