package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Random phone numbers that libphonenumber calls valid, of all regions alike. */
final class ValidNumbers {
  private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();
  private static final List<String> REGIONS =
      PLANS.getSupportedRegions().stream().sorted().toList();
  private static final int MIN_INTERNATIONAL_DIGITS = 7;

  /**
   * Numbers of overseas France, San Marino and Northern Ireland, which libphonenumber lists once
   * more under the country code of the neighbour whose plan they are in.
   */
  private static final Pattern OF_A_NEIGHBOUR =
      Pattern.compile("\\+(?:33(?:508|26[239]|59[046])|390549|35348).*");

  private final RandomGenerator random;

  ValidNumbers(RandomGenerator random) {
    this.random = random;
  }

  String region() {
    return REGIONS.get(random.nextInt(REGIONS.size()));
  }

  PhoneNumber next(String region) {
    while (true) {
      boolean mobile = random.nextInt(3) > 0;
      PhoneNumber example =
          PLANS.getExampleNumberForType(
              region, mobile ? PhoneNumberType.MOBILE : PhoneNumberType.FIXED_LINE);
      PhoneNumber number = example == null ? null : varied(example, region);
      if (number != null) {
        return number;
      }
    }
  }

  /** Other last digits, as many as the plan lets be others. */
  private PhoneNumber varied(PhoneNumber example, String region) {
    String digits = PLANS.getNationalSignificantNumber(example);
    int kept = random.nextInt(Math.min(4, digits.length()));
    for (int attempt = 0; attempt < 20; attempt++) {
      StringBuilder other = new StringBuilder(digits.substring(0, kept));
      while (other.length() < digits.length()) {
        other.append(random.nextInt(10));
      }
      PhoneNumber number =
          new PhoneNumber()
              .setCountryCode(example.getCountryCode())
              .setNationalNumber(Long.parseLong(other.toString()));
      int zeros = 0;
      while (zeros < other.length() - 1 && other.charAt(zeros) == '0') {
        zeros++;
      }
      if (zeros > 0) {
        number.setItalianLeadingZero(true).setNumberOfLeadingZeros(zeros);
      }
      String e164 = PLANS.format(number, PhoneNumberFormat.E164);
      if (PLANS.isValidNumberForRegion(number, region)
          && e164.length() > MIN_INTERNATIONAL_DIGITS
          && !OF_A_NEIGHBOUR.matcher(e164).matches()) {
        return number;
      }
    }
    return null;
  }
}
