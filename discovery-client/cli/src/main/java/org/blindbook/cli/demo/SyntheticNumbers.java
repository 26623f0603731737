package org.blindbook.cli.demo;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Mobile numbers that numbering plans allow, each one once. They start like the example number of
 * their country and go on at random, so one may be somebody's: the demo keeps them on this machine.
 */
final class SyntheticNumbers {
  private static final List<String> REGIONS =
      List.of("DE", "GB", "FR", "ES", "IT", "NL", "PL", "US", "BR", "MX", "IN", "JP", "KE", "AU");

  /** The last six digits are drawn. */
  private static final int RANDOM_RANGE = 1_000_000;

  private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
  private final List<PhoneNumber> examples =
      REGIONS.stream()
          .map(region -> plans.getExampleNumberForType(region, PhoneNumberType.MOBILE))
          .toList();
  private final Set<PhoneNumber> drawn = new HashSet<>();
  private final Random random;

  SyntheticNumbers(Random random) {
    this.random = random;
  }

  PhoneNumber next() {
    while (true) {
      PhoneNumber example = examples.get(random.nextInt(examples.size()));
      long national =
          example.getNationalNumber() / RANDOM_RANGE * RANDOM_RANGE + random.nextInt(RANDOM_RANGE);
      PhoneNumber number =
          new PhoneNumber().setCountryCode(example.getCountryCode()).setNationalNumber(national);
      if (plans.isValidNumber(number) && drawn.add(number)) {
        return number;
      }
    }
  }
}
