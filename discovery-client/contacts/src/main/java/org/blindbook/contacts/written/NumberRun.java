package org.blindbook.contacts.written;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.written.DialledNumbers.Number;
import org.jspecify.annotations.Nullable;

/**
 * A run of digits and separators without a word in it: one number, or several that nothing but a
 * plus, a slash, a dash or a space keeps apart. Two numbers are seen where each of them is a whole
 * one; they are never joined.
 */
final class NumberRun {
  private static final Pattern BEFORE_PLUS = Pattern.compile("(?=(?<!\\+)\\+)");
  private static final Pattern ENDS = Pattern.compile("^[ /-]+|[ /(\\[.-]+$");
  private static final Pattern SLASHES = Pattern.compile("[ -]*/[ -]*");
  private static final Pattern SPACED_SLASH = Pattern.compile(" /|/ ");
  private static final Pattern DASHES = Pattern.compile(" *- *");
  private static final Pattern GAPS =
      Pattern.compile(" *[/] *| +- +| +|(?<=[0-9])\\(|\\)(?=[0-9])|-");

  private static final Pattern EXTENSION = Pattern.compile("(.*[0-9]) ?- ?[0-9]{1,5}");

  /** With more parts nobody could tell the numbers. */
  private static final int MAX_PARTS = 16;

  private static final int MAX_NUMBERS = 4;

  private static final int LAST_DIGITS = 3;

  /**
   * With the country code. Plans of many lengths have room for shorter numbers, but where a longer
   * one fits as well, that is what people have.
   */
  private static final int PLAUSIBLE_DIGITS = 10;

  private final DialledNumbers dialled;
  private final List<Number> found = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private NumberRun(DialledNumbers dialled) {
    this.dialled = dialled;
  }

  static NumberRun of(String run, DialledNumbers dialled) {
    NumberRun result = new NumberRun(dialled);
    String[] parts = BEFORE_PLUS.split(run);
    long longParts = Arrays.stream(parts).filter(part -> !dialled.isShort(part)).count();
    for (String part : parts) {
      if (longParts == 0 || !dialled.isShort(part)) {
        result.readPart(part);
      }
    }
    return result;
  }

  List<Number> found() {
    return found;
  }

  List<String> problems() {
    return problems;
  }

  private void readPart(String text) {
    String part = ENDS.matcher(text).replaceAll("");
    if (part.contains("/") && (readBesideDash(part) || readBesideSlash(part))) {
      return;
    }
    try {
      Number one = dialled.read(part);
      if (one.isWhole()) {
        found.add(one);
        return;
      }
      List<Number> several = several(GAPS.split(part));
      Number first = several.isEmpty() && !one.isListed() ? withoutExtension(part) : null;
      found.addAll(several.isEmpty() ? List.of(first == null ? one : first) : several);
    } catch (UnreadableException e) {
      List<Number> several = several(GAPS.split(part));
      Number first = several.isEmpty() ? withoutExtension(part) : null;
      if (first != null) {
        found.add(first);
      } else if (several.isEmpty()) {
        problems.add(e.reason());
      }
      found.addAll(several);
    }
  }

  /**
   * A number of a company and the extension behind it, in China and elsewhere: 021-62345678-801.
   */
  private @Nullable Number withoutExtension(String part) {
    Matcher extension = EXTENSION.matcher(part);
    Number first = extension.matches() ? whole(extension.group(1)) : null;
    return first != null && first.digits() >= PLAUSIBLE_DIGITS ? first : null;
  }

  /** Two numbers with a slash behind each area code: 040/6234567 - 040/6234568. */
  private boolean readBesideDash(String part) {
    String[] parts = DASHES.split(part);
    if (Arrays.stream(parts).filter(each -> each.contains("/")).count() < 2) {
      return false;
    }
    List<Number> several = several(parts);
    found.addAll(several);
    if (several.isEmpty()) {
      problems.add("this could be one phone number or two: write each in full");
    }
    return true;
  }

  /**
   * Numbers with a slash between them, or a number and other last digits for it: 98123-45612/13. A
   * slash may also stand behind the area code.
   */
  private boolean readBesideSlash(String part) {
    String[] parts = SLASHES.split(part);
    List<Number> several = several(parts);
    if (!several.isEmpty()) {
      found.addAll(several);
      return true;
    }
    int last = part.lastIndexOf('/');
    boolean areLast = DialledNumbers.digits(part.substring(last)) <= LAST_DIGITS;
    Number first = whole(part.substring(0, last));
    if (first == null && areLast && possible(part) == null) {
      first = possible(part.substring(0, last));
    }
    if (first == null) {
      return false;
    }
    if (whole(part) != null) {
      if (first.digits() < PLAUSIBLE_DIGITS) {
        return false;
      }
      if (!areLast || !SPACED_SLASH.matcher(part).find()) {
        problems.add("this could be one phone number or two: write each in full");
        return true;
      }
    }
    found.add(first);
    Number next = next(part.substring(0, last), part.substring(last));
    if (next != null) {
      found.add(next);
      return true;
    }
    problems.add("what stands behind the slash is no whole phone number: write it in full");
    return true;
  }

  /** The number after this one, if that is what the last digit behind a slash says: 960001/2. */
  private @Nullable Number next(String number, String behind) {
    int end = number.length() - 1;
    while (!Character.isDigit(number.charAt(end))) {
      end--;
    }
    String digit = SLASHES.matcher(behind).replaceAll("");
    boolean isNext = digit.length() == 1 && digit.charAt(0) == number.charAt(end) + 1;
    return isNext ? possible(number.substring(0, end) + digit) : null;
  }

  /**
   * @return the only way to see at least two whole numbers in all of the parts, or nothing
   */
  private List<Number> several(String[] parts) {
    List<List<Number>> ways = new ArrayList<>();
    if (parts.length > 1 && parts.length <= MAX_PARTS) {
      split(parts, 0, new ArrayList<>(), ways);
    }
    return ways.size() == 1 ? ways.get(0) : List.of();
  }

  private void split(String[] parts, int from, List<Number> before, List<List<Number>> ways) {
    if (from == parts.length) {
      if (before.size() > 1) {
        ways.add(List.copyOf(before));
      }
      return;
    }
    if (before.size() == MAX_NUMBERS) {
      return;
    }
    for (int to = from + 1; to <= parts.length; to++) {
      Number number = whole(String.join(" ", Arrays.copyOfRange(parts, from, to)));
      if (number != null) {
        before.add(number);
        split(parts, to, before, ways);
        before.remove(before.size() - 1);
      }
    }
  }

  private @Nullable Number whole(String text) {
    Number number = possible(text);
    return number != null && number.isWhole() ? number : null;
  }

  private @Nullable Number possible(String text) {
    if (!dialled.isLong(text)) {
      return null;
    }
    try {
      return dialled.read(text);
    } catch (UnreadableException e) {
      return null;
    }
  }
}
