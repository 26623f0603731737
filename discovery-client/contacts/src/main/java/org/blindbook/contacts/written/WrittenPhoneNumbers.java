package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber.CountryCodeSource;
import com.google.i18n.phonenumbers.ShortNumberInfo;
import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.jspecify.annotations.Nullable;

/**
 * Phone numbers as written by hand, made international with libphonenumber. A number that could
 * exist is sent even if no numbering plan lists it: plans change more often than programs do, and a
 * number too many costs one permit.
 */
final class WrittenPhoneNumbers {
  private static final String NO_REGION = "ZZ";
  private static final int NORTH_AMERICA = 1;
  private static final int MEXICO = 52;
  private static final long TEN_DIGITS = 10_000_000_000L;
  private static final int MAX_CHARS = 250;

  /** Numbers with fewer digits work inside a network or a company only. */
  private static final int MIN_DIGITS = 7;

  /**
   * Dots, bullets and low lines, and the prolonged sound mark: a letter to Unicode, a dash to
   * Japanese writers of numbers.
   */
  private static final Pattern SEPARATORS =
      Pattern.compile("[\\u00B7\\u2022\\u2027\\u2219\\u30FB\\u30FC_]");

  /** Words before or behind the number, such as "Tel.:" or "(home)". */
  private static final Pattern LABEL_BEFORE = Pattern.compile("^[^\\p{Nd}+]*\\p{L}[^\\p{Nd}+]*");

  private static final Pattern LABEL_BEHIND =
      Pattern.compile("[^\\p{Nd}\\p{L}#*]*\\p{L}[^\\p{Nd}#*]*$");

  /** Extensions and dial strings as people write them; libphonenumber knows the other ones. */
  private static final Pattern EXTENSION =
      Pattern.compile(
          "(?<=[\\p{Nd}) ])(?:,+|[,; (]*"
              + "(?:extension|extn?|xtn|x|p|w|durchwahl|dw|poste|anexo|ramal|int|доб|내선|内線)"
              + "[ .:=#-]*)\\p{Nd}[\\p{Nd} ,;#*pw-]*\\)?$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
  private final ShortNumberInfo shortNumbers = ShortNumberInfo.getInstance();
  private final @Nullable String region;

  /**
   * @param region where national numbers are dialled, or null to read none
   */
  WrittenPhoneNumbers(@Nullable String region) {
    this.region = region;
  }

  Identifier read(String written) throws UnreadableException {
    String value =
        SEPARATORS.matcher(Normalizer.normalize(written, Normalizer.Form.NFKC)).replaceAll("-");
    if (value.length() > MAX_CHARS) {
      throw new UnreadableException("this is too long for a phone number");
    }
    if (value.codePoints().noneMatch(Character::isDigit)) {
      throw new UnreadableException(
          "this is neither a phone number, an e-mail address nor a username");
    }
    if (value.startsWith("*") || value.startsWith("#")) {
      throw new UnreadableException("this is a service code, not a phone number");
    }
    if (value.regionMatches(true, 0, "tel:", 0, 4)) {
      return dialled(value);
    }
    Identifier spelled = spelled(value);
    return spelled != null ? spelled : dialled(withoutWords(value));
  }

  /**
   * A number spelled in letters, 1-800-FLOWERS. Only in North America, whose numbers all have one
   * length: elsewhere "030 1234567 home" would be a longer number that somebody else has.
   */
  private @Nullable Identifier spelled(String value) throws UnreadableException {
    if (!plans.isAlphaNumber(value)) {
      return null;
    }
    try {
      PhoneNumber number = plans.parse(value, regionOrNone());
      boolean fits =
          number.getCountryCode() == NORTH_AMERICA
              && !number.hasExtension()
              && plans.isValidNumber(number);
      return fits ? identifier(number) : null;
    } catch (NumberParseException e) {
      return null;
    }
  }

  private static String withoutWords(String value) throws UnreadableException {
    String number = LABEL_BEFORE.matcher(value).replaceFirst("");
    number = LABEL_BEHIND.matcher(number).replaceFirst("");
    Matcher extension = EXTENSION.matcher(number);
    if (extension.find()) {
      number = number.substring(0, extension.start());
    }
    if (number.codePoints().anyMatch(Character::isLetter)) {
      throw new UnreadableException("this phone number has letters in it");
    }
    return number;
  }

  private Identifier dialled(String value) throws UnreadableException {
    try {
      return judged(plans.parseAndKeepRawInput(value, regionOrNone()), value);
    } catch (NumberParseException e) {
      boolean isInternational = value.indexOf('+') >= 0 || value.indexOf('%') >= 0;
      if (isInternational) {
        return asWritten(value);
      }
      throw new UnreadableException(
          switch (e.getErrorType()) {
            case INVALID_COUNTRY_CODE -> noCountry(value);
            case TOO_LONG -> "this is too long for a phone number";
            case TOO_SHORT_NSN, TOO_SHORT_AFTER_IDD -> "this is too short for a phone number";
            case NOT_A_NUMBER -> "this is not a phone number";
          });
    }
  }

  private Identifier judged(PhoneNumber number, String value) throws UnreadableException {
    if (plans.isValidNumber(number)) {
      return identifier(number);
    }
    PhoneNumber renumbered = renumbered(number);
    if (renumbered != null) {
      return identifier(renumbered);
    }
    boolean isNational = number.getCountryCodeSource() == CountryCodeSource.FROM_DEFAULT_COUNTRY;
    if (isNational) {
      PhoneNumber foreign = dialledFromElsewhere(value);
      if (foreign != null) {
        return identifier(foreign);
      }
      if (shortNumbers.isPossibleShortNumber(number)) {
        throw new UnreadableException("this is a short or emergency number");
      }
    }
    switch (plans.isPossibleNumberWithReason(number)) {
      case IS_POSSIBLE:
        return identifier(number);
      case IS_POSSIBLE_LOCAL_ONLY:
        throw new UnreadableException("this phone number lacks its area code");
      case TOO_SHORT:
        throw new UnreadableException("this is too short for a phone number of its country");
      default:
        if (isNational) {
          throw new UnreadableException(
              "this has the wrong length for a phone number of its country");
        }
        return asWritten(value);
    }
  }

  /**
   * Mexico dropped the digit 1 before mobile numbers in 2019, and address books still have it: the
   * number without it is the same telephone.
   */
  private @Nullable PhoneNumber renumbered(PhoneNumber number) {
    long national = number.getNationalNumber();
    if (number.getCountryCode() != MEXICO || national / TEN_DIGITS != 1) {
      return null;
    }
    PhoneNumber today =
        new PhoneNumber().setCountryCode(MEXICO).setNationalNumber(national % TEN_DIGITS);
    return plans.isValidNumber(today) ? today : null;
  }

  /** A number with the international prefix 00 in a book of a region that dials another one. */
  private @Nullable PhoneNumber dialledFromElsewhere(String value) {
    if (!PhoneNumberUtil.normalizeDigitsOnly(value).startsWith("00")) {
      return null;
    }
    try {
      String international = PhoneNumberUtil.normalizeDigitsOnly(value).substring(2);
      PhoneNumber number = plans.parse("+" + international, NO_REGION);
      return plans.isValidNumber(number) ? number : null;
    } catch (NumberParseException e) {
      return null;
    }
  }

  private String noCountry(String value) {
    if (!isLong(value)) {
      return "this is a short or emergency number";
    }
    return region == null
        ? "this is a national phone number: pass --region with its country, such as --region DE"
        : "this is not a phone number";
  }

  /** Whether there are digits enough for a whole number. */
  static boolean isLong(String value) {
    return PhoneNumberUtil.normalizeDigitsOnly(value).length() >= MIN_DIGITS;
  }

  private String regionOrNone() {
    return region == null ? NO_REGION : region;
  }

  private Identifier identifier(PhoneNumber number) throws UnreadableException {
    return asWritten(plans.format(number, PhoneNumberFormat.E164));
  }

  private static Identifier asWritten(String value) throws UnreadableException {
    try {
      return Identifier.parse(value);
    } catch (IdentifierException e) {
      throw new UnreadableException(e.reason());
    }
  }
}
