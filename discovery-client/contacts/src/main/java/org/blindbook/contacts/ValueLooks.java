package org.blindbook.contacts;

import java.util.regex.Pattern;

/**
 * What a value looks like where nothing says what it is. Being careful: a wrong guess looks up a
 * stranger, a miss is listed.
 */
enum ValueLooks {
  BLANK,

  /** One e-mail address, also in brackets. */
  MAIL,

  /** A phone number as nobody writes anything else: with + or a leading 0, or in groups. */
  PHONE,

  /** As many digits as a phone number has, and nothing else. */
  DIGITS,

  /** Text with letters in it. */
  WORDS,

  /** Dates, amounts, numbers of papers and all the rest. */
  OTHER;

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@<>]*<?[^\\s@<>,;]+[@\\uFF20][^\\s@<>,;]+\\.[^\\s@<>,;]+>?");

  private static final Pattern PHONE_CHARACTERS =
      Pattern.compile("\\+?[\\p{Nd}()\\[\\] ./\\p{Pd}\\u00A0\\u2212+]+");

  /**
   * Dates and spans of years; amounts in thousands, decimals, addresses of the internet; postcodes
   * of Brazil, Japan and the United States; books; cards; and numbers of persons and companies:
   * 123-45-6789, 850709-9805, 900101-1234567, 736028/5163, 123.456.789-09, 12.345.678/0001-90,
   * 12.345.678-9, 1234 5678 9012, 123 456 789 00012, 1 85 05 78 006 084 36, 784-1990-1234567-1.
   */
  private static final Pattern SOMETHING_ELSE =
      Pattern.compile(
          "\\d{4}[-./]\\d{1,2}[-./]\\d{1,2}\\.?|\\d{1,2}[-./] ?\\d{1,2}[-./]"
              + " ?(\\d{4}|\\d{2})|(19|20)\\d\\d ?[-/] ?(19|20)\\d\\d|\\d{1,2}("
              + " \\d{3})+|\\d{1,3}(\\.\\d{3})+|\\d+\\.\\d+|\\d{1,3}(\\.\\d{1,3}){3}|\\d{5}-\\d{3,4}|\\d{3}-\\d{4}|97[89]([-"
              + " ]\\d+){3,4}|\\d{4}[- ]\\d{6}[- ]\\d{5}"
              + "|\\d{3}-\\d{2}-\\d{4}|\\d{6}[-+]\\d{4}|\\d{6}-\\d{7}|\\d{6}/\\d{3,4}"
              + "|\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}|\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}|\\d{1,2}\\.\\d{3}\\.\\d{3}-\\d|[1-9]\\d{3}[-"
              + " ]\\d{4}[- ]\\d{4}|\\d{3} \\d{3} \\d{3} \\d{5}|[12]( \\d\\d){3}( \\d{3}){2}"
              + " \\d\\d|784-.*");

  /** Days without separators, with or without a time, and seconds or milliseconds since 1970. */
  private static final Pattern TIME =
      Pattern.compile(
          "(19|20)\\d\\d(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])(\\d{4}|\\d{6})?"
              + "|(0[1-9]|[12]\\d|3[01])(0[1-9]|1[0-2])(19|20)\\d\\d|1\\d{9}|1[0-9]\\d{11}");

  private static final Pattern SHORT_NUMBER = Pattern.compile("[*#\\p{Nd}]{2,6}");

  /** Days and times of the clock, wherever they stand. */
  private static final Pattern TIMES =
      Pattern.compile(
          "\\p{Nd}{1,4}([-./])\\p{Nd}{1,2}\\1\\p{Nd}{1,4}|\\p{Nd}{1,2}:\\p{Nd}{2}(?::\\p{Nd}{2})?");

  private static final Pattern NUMBER =
      Pattern.compile("\\p{Nd}(?:[ ()./\\p{Pd}\\u00A0]{0,3}\\p{Nd}){6}");

  /** Longer values are notes: an address has 254 bytes at most. */
  private static final int MAX_CHARS = 320;

  private static final int MIN_DIGITS = 7;
  private static final int MAX_DIGITS = 15;

  private static final Pattern DATE =
      Pattern.compile(
          "(?:.*[^\\p{Nd}])?(?:(?:0?[1-9]|[12]\\d|3[01])[-./] ?(?:0?[1-9]|1[0-2])[-./]"
              + " ?(?:19|20)\\d\\d"
              + "|(?:19|20)\\d\\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\\d|3[01]))\\D*");

  /** Of a national number without separators: shorter ones are numbers of a list. */
  private static final int MIN_DIGITS_AFTER_ZERO = 9;

  static ValueLooks of(String written) {
    String value = written.strip();
    int next = value.indexOf(":::");
    if (next > 0) {
      value = value.substring(0, next).strip();
    }
    if (value.startsWith("'")) {
      value = value.substring(1);
    }
    if (value.isEmpty()) {
      return BLANK;
    }
    if (value.length() > MAX_CHARS) {
      return WORDS;
    }
    if (isAddress(value) || value.regionMatches(true, 0, "mailto:", 0, 7)) {
      return MAIL;
    }
    if (value.regionMatches(true, 0, "tel:", 0, 4)) {
      value = value.substring(4);
    }
    if (!PHONE_CHARACTERS.matcher(value).matches()) {
      return value.codePoints().anyMatch(Character::isLetter) ? WORDS : OTHER;
    }
    return numeric(value);
  }

  /** Whether a value ends in a date with four digits for the year. */
  static boolean isDate(String value) {
    return value.length() <= MAX_CHARS && DATE.matcher(value).matches();
  }

  /** Whether this may be the number of a service: it has few digits, or stars and hashes. */
  static boolean isShortNumber(String value) {
    return SHORT_NUMBER.matcher(value.strip()).matches();
  }

  /** Whether there is something as long as a phone number among words: Mobile: 0151 123456. */
  static boolean mayHoldNumber(String value) {
    return value.length() <= MAX_CHARS
        && NUMBER.matcher(TIMES.matcher(value).replaceAll("")).find();
  }

  /** How many digits of any script. */
  static int digits(String text) {
    return (int) text.codePoints().filter(Character::isDigit).count();
  }

  /** Whether there is an at sign, also that of East Asian keyboards. */
  static boolean hasAt(String value) {
    return value.indexOf('@') >= 0 || value.indexOf('\uFF20') >= 0;
  }

  private static boolean isAddress(String value) {
    return hasAt(value) && ADDRESS.matcher(value).matches();
  }

  private static ValueLooks numeric(String value) {
    StringBuilder ascii = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(
            c ->
                ascii.appendCodePoint(
                    Character.isDigit(c)
                        ? '0' + Character.digit(c, 10)
                        : Character.getType(c) == Character.DASH_PUNCTUATION || c == 0x2212
                            ? '-'
                            : c == 0xA0 ? ' ' : c));
    // What a spreadsheet makes of a column of numbers.
    String number = ascii.toString().replaceFirst("(?<=\\d{7})\\.0$", "");
    long digits = number.chars().filter(Character::isDigit).count();
    boolean plausible = digits >= MIN_DIGITS && digits <= MAX_DIGITS;
    if (!plausible) {
      return OTHER;
    }
    if (digits == number.length()) {
      boolean afterZero = number.charAt(0) == '0' && digits >= MIN_DIGITS_AFTER_ZERO;
      return afterZero ? PHONE : TIME.matcher(number).matches() ? OTHER : DIGITS;
    }
    if (number.startsWith("+") || number.startsWith("(+") || number.startsWith("00 ")) {
      return PHONE;
    }
    boolean startsOtherwise = number.charAt(0) == '-' || number.charAt(0) == '.';
    return startsOtherwise || SOMETHING_ELSE.matcher(number).matches() ? OTHER : PHONE;
  }
}
