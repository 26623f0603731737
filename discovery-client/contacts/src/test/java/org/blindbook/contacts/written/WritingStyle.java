package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * How people write a number: in a book of the number's own region or, if the style is
 * international, of any.
 */
enum WritingStyle {
  E164(true, Number::e164),
  INTERNATIONAL(true, Number::international),
  INTERNATIONAL_DOTS(true, n -> n.international().replaceAll("[ -]", ".")),
  INTERNATIONAL_NO_BREAK(true, n -> n.international().replace(' ', '\u00A0')),
  INTERNATIONAL_BRACKETS(true, n -> "(+" + n.code() + ") " + n.significant()),
  INTERNATIONAL_FULL_WIDTH(true, n -> wide(n.e164())),
  INTERNATIONAL_ARABIC(true, n -> digitsFrom(n.e164(), '\u0660')),
  INTERNATIONAL_DEVANAGARI(true, n -> digitsFrom(n.e164(), '\u0966')),
  INTERNATIONAL_TWO_PLUS(true, n -> "+" + n.international()),
  URI(true, n -> "tel:" + n.e164()),
  URI_EXTENSION(true, n -> "tel:" + n.e164() + ";ext=12"),
  TWO_ZEROS(true, n -> "00" + n.code() + " " + n.significant()),
  TWO_ZEROS_DOTS(true, n -> "00" + n.international().substring(1).replace(' ', '.')),
  PREFIX_OF_THE_BOOK(true, Number::dialledAbroad),
  TRUNK_IN_BRACKETS(true, n -> "+" + n.code() + " (" + n.trunk() + ")" + n.significant()),
  TRUNK_BEHIND_THE_CODE(true, n -> "+" + n.code() + " " + n.trunk() + n.significant()),
  CODE_TWICE(true, n -> "+" + n.code() + " " + n.code() + " " + n.significant()),
  CODE_TWICE_WITH_ZEROS(true, n -> "+" + n.code() + " 00" + n.code() + n.significant()),
  CODE_TWICE_WITH_PLUS(true, n -> "+" + n.code() + " +" + n.code() + n.significant()),
  EXTENSION(true, n -> n.international() + " ext. 12"),
  EXTENSION_X(true, n -> n.international() + "x512"),
  EXTENSION_HASH(true, n -> n.international() + " #5"),
  PAUSE(true, n -> n.e164() + ",,12345#"),
  LABEL(true, n -> "Tel.: " + n.international()),
  LABEL_COUNTED(true, n -> "Mobil 2: " + n.international()),
  LABEL_COUNTED_OF_A_LIST(true, n -> "2) " + n.international()),
  REMARK(true, n -> n.international() + " (ab 18 Uhr)"),
  REMARK_BARE(true, n -> n.international() + " home, after 6"),
  HIDDEN_CALLER(true, n -> "#31#" + n.e164()),
  SPREADSHEET(true, n -> n.e164() + ".0"),
  SPREADSHEET_FORMULA(true, n -> "=\"" + n.e164() + "\""),
  QUOTED(true, n -> "'" + n.e164()),
  NATIONAL(false, Number::national),
  NATIONAL_BARE(false, n -> n.national().replaceAll("[^0-9]", "")),
  NATIONAL_DOTS(false, n -> n.national().replaceAll("[ -]", ".")),
  NATIONAL_FULL_WIDTH(false, n -> wide(n.national())),
  NATIONAL_SLASH(false, n -> n.national().replaceFirst("[ -]", "/")),
  NATIONAL_HYPHENS(false, n -> n.national().replace(' ', '\u2011')),
  NATIONAL_LABEL(false, n -> "Mobile: " + n.national()),
  NATIONAL_LABEL_COUNTED(false, n -> "Tel 2: " + n.national()),
  NATIONAL_NETWORK(false, n -> "D2 " + n.national()),
  NATIONAL_REMARK(false, n -> n.national() + " (after 6 pm)"),
  NATIONAL_EXTENSION(false, n -> n.national() + " ext 12"),
  NATIONAL_HIDDEN_CALLER(false, n -> "*31#" + n.national()),
  NATIONAL_SPREADSHEET(false, n -> n.national().replaceAll("[^0-9]", "") + ".0"),
  MOBILE_WITHOUT_PLUS(false, n -> n.e164().substring(1)),
  MOBILE_WITHOUT_PLUS_SPACED(false, n -> n.international().substring(1)),
  MOBILE_WITHOUT_TRUNK(false, Number::significant);

  private final boolean international;
  private final Function<Number, String> writing;

  WritingStyle(boolean international, Function<Number, String> writing) {
    this.international = international;
    this.writing = writing;
  }

  boolean isInternational() {
    return international;
  }

  boolean isForMobilesOnly() {
    return name().startsWith("MOBILE");
  }

  String write(PhoneNumber number, String book) {
    return writing.apply(new Number(number, book));
  }

  private static String wide(String ascii) {
    return each(ascii, c -> c > ' ' && c < 0x7F ? c + 0xFEE0 : c);
  }

  private static String digitsFrom(String ascii, char zero) {
    return each(ascii, c -> c >= '0' && c <= '9' ? c - '0' + zero : c);
  }

  private static String each(String text, IntUnaryOperator map) {
    return text.chars()
        .map(map)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** A number, and the region whose book it is written in. */
  record Number(PhoneNumber number, String book) {
    private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

    String e164() {
      return PLANS.format(number, PhoneNumberFormat.E164);
    }

    String international() {
      return PLANS.format(number, PhoneNumberFormat.INTERNATIONAL);
    }

    String national() {
      return PLANS.format(number, PhoneNumberFormat.NATIONAL);
    }

    String dialledAbroad() {
      return PLANS.formatOutOfCountryCallingNumber(number, book);
    }

    String significant() {
      return PLANS.getNationalSignificantNumber(number);
    }

    String trunk() {
      String prefix = PLANS.getNddPrefixForRegion(PLANS.getRegionCodeForNumber(number), true);
      return prefix == null ? "" : prefix;
    }

    int code() {
      return number.getCountryCode();
    }
  }
}
