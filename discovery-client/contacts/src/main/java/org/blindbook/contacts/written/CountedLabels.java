package org.blindbook.contacts.written;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.written.DialledNumbers.Number;
import org.jspecify.annotations.Nullable;

/** Bullets and labels with a digit before a number: D2 of a network, Tel 2, Handy (2), 2). */
final class CountedLabels {
  private static final Pattern BULLET = Pattern.compile("^[^0-9+(\\[*#]+|^ *[*#-] +");

  /** A digit or two, closed by a bracket or dot, or with a space behind. */
  private static final Pattern COUNT =
      Pattern.compile("#?([0-9]{1,2})(?:(?<closed>[).]) | )|[(\\[][0-9]{1,2}[)\\]] ?");

  private static final Pattern ENDS_WITH_LETTER = Pattern.compile(".*\\p{L}");
  private static final Pattern HAS_LETTER = Pattern.compile(".*[\\p{L}#].*");
  private static final Pattern CODE_OF_NO_COUNTRY = Pattern.compile("#?[2-689][). ]");
  private static final Pattern DIGIT_ALONE = Pattern.compile("[1-9] .*");

  private final DialledNumbers dialled;

  CountedLabels(DialledNumbers dialled) {
    this.dialled = dialled;
  }

  /**
   * A run of digits and separators without the digit of a label, if what is left is a number.
   *
   * @param before what stands before the run
   */
  String without(String run, String before) {
    String value = BULLET.matcher(run).replaceFirst("").strip();
    Matcher count = COUNT.matcher(value);
    boolean mayBeLabel =
        count.lookingAt()
            && (count.group("closed") != null
                || value.startsWith("#")
                || HAS_LETTER.matcher(before).matches());
    if (!mayBeLabel) {
      return value;
    }
    String rest = value.substring(count.end());
    if (rest.startsWith("+")) {
      return rest;
    }
    Number number = listed(rest);
    if (number == null) {
      return value;
    }
    boolean isGlued =
        ENDS_WITH_LETTER.matcher(before).matches() && DIGIT_ALONE.matcher(run).matches();
    boolean isLabel =
        count.group("closed") != null
            ? number.isWhole()
            : isGlued || (number.isWhole() && !isWhole(value));
    return isLabel && !mayBeCountryCode(value) ? rest : value;
  }

  private boolean isWhole(String value) {
    try {
      return dialled.read(value).isWhole();
    } catch (UnreadableException e) {
      return false;
    }
  }

  /** As in "Tel 33 6 12 34 56 78", in the book of another country. */
  private boolean mayBeCountryCode(String value) {
    try {
      dialled.read(value);
      return false;
    } catch (UnreadableException e) {
      return e.isAmbiguous() && !CODE_OF_NO_COUNTRY.matcher(value).lookingAt();
    }
  }

  private @Nullable Number listed(String value) {
    try {
      Number number = dialled.read(value);
      return number.isListed() ? number : null;
    } catch (UnreadableException e) {
      return null;
    }
  }
}
