package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.google.i18n.phonenumbers.ShortNumberInfo;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.numbering.NumberingPlans;
import org.jspecify.annotations.Nullable;

/** What libphonenumber knows of the numbering plans, asked with digits as they are dialled. */
final class Plans {
  static final String NO_REGION = "ZZ";

  static final int NORTH_AMERICA = 1;

  private static final int MAX_COUNTRY_CODE_DIGITS = 3;
  private static final String NOT_OF_A_COUNTRY = "001";

  private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
  private final ShortNumberInfo shortNumbers = ShortNumberInfo.getInstance();

  /**
   * One way to understand what is written.
   *
   * @param international a plus and digits
   * @param current the number that this subscriber has today, see {@link NumberingPlans}
   * @param isListed whether a numbering plan has such a number, today or in a form it had
   * @param isMobile whether it may be a mobile telephone
   */
  record Candidate(
      PhoneNumber number,
      String international,
      String current,
      int countryCode,
      boolean isListed,
      boolean isMobile) {}

  /**
   * @param digits country code and number
   * @return null if no country has such a code, or there are far too many or too few digits
   */
  @Nullable Candidate international(String digits) {
    return countryCode(digits) == null ? null : candidate("+" + digits, NO_REGION);
  }

  /**
   * @param dialled digits; in the country's own way also the prefix and country code of another one
   * @return null if they are far too many or too few
   */
  @Nullable Candidate national(String dialled, String region) {
    return candidate(dialled, region);
  }

  private @Nullable Candidate candidate(String text, String region) {
    try {
      return candidate(plans.parse(text, region));
    } catch (NumberParseException e) {
      return null;
    }
  }

  private Candidate candidate(PhoneNumber number) throws NumberParseException {
    String international = plans.format(number, PhoneNumberFormat.E164);
    String current = current(international);
    PhoneNumberType type =
        plans.getNumberType(
            current.equals(international) ? number : plans.parse(current, NO_REGION));
    return new Candidate(
        number,
        international,
        current,
        number.getCountryCode(),
        type != PhoneNumberType.UNKNOWN,
        type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE);
  }

  private static String current(String international) {
    try {
      Identifier current = NumberingPlans.current(Identifier.parse(international));
      return current.canonical().substring(current.canonical().indexOf('+'));
    } catch (IdentifierException e) {
      return international;
    }
  }

  /**
   * @return the code that digits start with, or null if no country has it
   */
  @Nullable Integer countryCode(String digits) {
    for (int length = 1; length <= Math.min(MAX_COUNTRY_CODE_DIGITS, digits.length()); length++) {
      if (!Character.isDigit(digits.charAt(length - 1))) {
        return null;
      }
      int code = Integer.parseInt(digits, 0, length, 10);
      if (digits.charAt(0) != '0' && plans.getSupportedCallingCodes().contains(code)) {
        return code;
      }
    }
    return null;
  }

  boolean isKnown(String region) {
    return plans.getSupportedRegions().contains(region);
  }

  int countryCodeOf(String region) {
    return plans.getCountryCodeForRegion(region);
  }

  List<String> regionsWith(int countryCode) {
    return plans.getRegionCodesForCountryCode(countryCode);
  }

  /** The prefix before national numbers, or nothing where none is dialled. */
  String trunkPrefix(String region) {
    String prefix = plans.getNddPrefixForRegion(region, true);
    return prefix == null ? "" : prefix;
  }

  /** How many digits the shortest numbers of a region have. */
  int shortestNumber(String region) {
    return examples(region).mapToInt(String::length).min().orElse(Integer.MAX_VALUE);
  }

  /** A fixed and a mobile number without trunk prefix, where a region has such. */
  private Stream<String> examples(String region) {
    Set<PhoneNumberType> types = plans.getSupportedTypesForRegion(region);
    return Stream.of(PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
        .filter(types::contains)
        .map(type -> plans.getExampleNumberForType(region, type))
        .filter(Objects::nonNull)
        .map(plans::getNationalSignificantNumber);
  }

  /** Whether these are the digits that people of the country write of this number. */
  boolean isNationalForm(String digits, Candidate candidate) {
    String national = plans.format(candidate.number(), PhoneNumberFormat.NATIONAL);
    return PhoneNumberUtil.normalizeDigitsOnly(national).equals(digits);
  }

  /** In English, for a sentence; no part of the number. */
  String country(Candidate candidate) {
    String region = plans.getRegionCodeForNumber(candidate.number());
    if (region == null) {
      region = plans.getRegionCodeForCountryCode(candidate.countryCode());
    }
    return region.equals(NOT_OF_A_COUNTRY)
        ? "an international service"
        : new Locale.Builder().setRegion(region).build().getDisplayCountry(Locale.ENGLISH);
  }

  /** Whether a country's numbers have such a length. */
  ValidationResult length(Candidate candidate) {
    return plans.isPossibleNumberWithReason(candidate.number());
  }

  /**
   * Whether a number has the trunk prefix where its area code begins, though no number of the
   * country does: a number is too short then, whatever its length.
   */
  boolean startsLikeNone(Candidate candidate) {
    String number = plans.getNationalSignificantNumber(candidate.number());
    if (candidate.countryCode() == NORTH_AMERICA) {
      return number.startsWith("0") || number.startsWith("1");
    }
    String region = plans.getRegionCodeForCountryCode(candidate.countryCode());
    return number.startsWith("0")
        && !region.equals(NOT_OF_A_COUNTRY)
        && examples(region).noneMatch(example -> example.startsWith("0"));
  }

  boolean mayBeShort(Candidate candidate) {
    return regionsWith(candidate.countryCode()).stream()
        .filter(Plans::hasShortNumbers)
        .anyMatch(
            region -> shortNumbers.isPossibleShortNumberForRegion(candidate.number(), region));
  }

  /** The library warns on the terminal when it is asked about regions that it has no file of. */
  private static boolean hasShortNumbers(String region) {
    return ShortNumberInfo.class.getResource("data/ShortNumberMetadataProto_" + region) != null;
  }
}
