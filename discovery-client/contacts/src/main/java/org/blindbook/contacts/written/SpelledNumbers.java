package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.jspecify.annotations.Nullable;

/**
 * Numbers spelled in letters, 1-800-FLOWERS. Only in North America, whose numbers all have one
 * length: elsewhere "030 1234567 home" would be a longer number that somebody else has.
 */
final class SpelledNumbers {
  /** Seven digits and a short name, "312 4567 Mom", have as many characters as a number. */
  private static final int MIN_LETTERS = 4;

  private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
  private final String region;

  SpelledNumbers(@Nullable String region) {
    this.region = region == null ? Plans.NO_REGION : region;
  }

  @Nullable Identifier read(String text) throws UnreadableException {
    long letters = text.codePoints().filter(Character::isLetter).count();
    if (letters < MIN_LETTERS || !plans.isAlphaNumber(text)) {
      return null;
    }
    try {
      PhoneNumber number = plans.parse(text, region);
      boolean fits =
          number.getCountryCode() == Plans.NORTH_AMERICA
              && !number.hasExtension()
              && plans.isValidNumber(number);
      return fits ? Identifier.parse(plans.format(number, PhoneNumberFormat.E164)) : null;
    } catch (NumberParseException e) {
      return null;
    } catch (IdentifierException e) {
      throw new UnreadableException(e.reason());
    }
  }
}
