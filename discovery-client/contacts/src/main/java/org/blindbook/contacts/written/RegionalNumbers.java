package org.blindbook.contacts.written;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.written.DialledNumbers.Number;
import org.blindbook.contacts.written.DiallingPrefixes.When;
import org.blindbook.contacts.written.Plans.Candidate;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.jspecify.annotations.Nullable;

/**
 * One phone number, without words, made international as it is dialled in one region. First as it
 * is written; if no plan has that number, without what people write too much; and if that is none
 * either, as a number that could exist: plans change more often than programs do, and a number too
 * many costs one permit. What can be two people's number is neither's.
 */
final class RegionalNumbers {
  /** Numbers with fewer digits work inside a network or a company, but in small countries. */
  private static final int MIN_DIGITS = 7;

  private static final int SHORT_DIGITS = 5;

  private static final int MAX_DIGITS = 15;

  /** National numbers that people write without their trunk prefix have more. */
  private static final int MAX_LOCAL_DIGITS = 8;

  private static final Pattern EXTENSION = Pattern.compile("(?<=[0-9])[ )-]*#.*$");
  private static final Pattern CODE_TWICE =
      Pattern.compile("\\+([0-9]{1,3})[ .-]+\\(?\\1\\)?[ .-]+.*");
  private static final Pattern BRACKETED_ZERO = Pattern.compile("[(\\[] *0 *[)\\]]");

  /** The prefix of many countries of Asia and America, dialled by some before every country. */
  private static final String ALL_COUNTRIES = "001";

  private static final Pattern SEPARATORS = Pattern.compile("[^0-9+]+");

  private final Plans plans = new Plans();
  private final DiallingPrefixes prefixes;
  private final @Nullable String region;
  private final int countryCode;
  private final String trunk;
  private final int minDigits;
  private final int localDigits;

  /**
   * @param region where national numbers are dialled, or null to read none
   */
  RegionalNumbers(@Nullable String region, DiallingPrefixes prefixes) {
    this.prefixes = prefixes;
    this.region = region;
    this.countryCode = region == null ? 0 : plans.countryCodeOf(region);
    this.trunk = region == null ? "" : plans.trunkPrefix(region);
    this.localDigits =
        region == null ? 0 : Math.min(MAX_LOCAL_DIGITS, plans.shortestNumber(region) - 1);
    this.minDigits =
        region == null ? MIN_DIGITS : Math.min(MIN_DIGITS, plans.shortestNumber(region));
  }

  /**
   * @param written ASCII digits, a plus, stars and hashes, and any separators
   */
  Number read(String written) throws UnreadableException {
    String dialled = dialled(written);
    Candidate listed = listed(dialled, written);
    if (listed != null) {
      refuseCodeTwice(written, dialled, listed);
      return new Number(identifier(listed), listed, isWhole(dialled, listed));
    }
    return new Number(unlisted(dialled), null, false);
  }

  /** Whether national numbers are dialled otherwise in another region, as far as is known. */
  boolean differsFrom(String other) {
    return !other.equals(region) && plans.isKnown(other);
  }

  /** The same where somebody else lives. */
  RegionalNumbers in(String other) {
    return new RegionalNumbers(other, prefixes);
  }

  /** Whether there are digits enough for a whole number of the region. */
  boolean isLong(String written) {
    return DialledNumbers.digits(written) >= minDigits;
  }

  /** Whether there are so few digits that it must be something else, such as an extension. */
  boolean isShort(String written) {
    return DialledNumbers.digits(written) < Math.min(SHORT_DIGITS, minDigits);
  }

  /** In plans of many lengths a number may be somebody's with its country code twice or once. */
  private void refuseCodeTwice(String written, String dialled, Candidate listed)
      throws UnreadableException {
    Matcher twice = CODE_TWICE.matcher(written.strip());
    if (twice.matches()) {
      String rest = dialled.substring(1 + twice.group(1).length());
      only(candidates(listed, plans.international(rest)));
    }
  }

  private boolean isWhole(String dialled, Candidate listed) {
    return isLong(dialled)
        && (isInternational(dialled) || listed.isMobile() || isNationalForm(dialled, listed));
  }

  private boolean isNationalForm(String dialled, Candidate candidate) {
    return hasTrunk(dialled) || plans.isNationalForm(dialled, candidate);
  }

  private boolean hasTrunk(String dialled) {
    return !trunk.isEmpty() && dialled.startsWith(trunk);
  }

  /** Digits with the plus, stars and hashes before them. */
  private static String dialled(String written) {
    String number = written.strip();
    if (!isServiceCode(number)) {
      number = EXTENSION.matcher(number).replaceFirst("");
    }
    boolean keepsSigns = isServiceCode(number);
    StringBuilder dialled = new StringBuilder(number.length());
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      boolean isSign = keepsSigns && (c == '*' || c == '#');
      boolean isFirstPlus = c == '+' && (dialled.isEmpty() || isSign(dialled));
      if (isSign || isFirstPlus || (c >= '0' && c <= '9')) {
        dialled.append(c);
      }
    }
    return dialled.indexOf("+00") == 0 ? dialled.substring(1) : dialled.toString();
  }

  private static boolean isSign(CharSequence dialled) {
    char last = dialled.charAt(dialled.length() - 1);
    return last == '*' || last == '#';
  }

  private static boolean isServiceCode(String dialled) {
    return dialled.startsWith("#") || dialled.startsWith("*");
  }

  /** Without a region two zeros are no plus: somewhere a carrier is dialled behind them. */
  private boolean isInternational(String dialled) {
    return dialled.startsWith("+") || (region != null && dialled.startsWith("00"));
  }

  private String regionOrNone() {
    return region == null ? Plans.NO_REGION : region;
  }

  private static String behindPlus(String dialled) {
    return dialled.substring(dialled.startsWith("+") ? 1 : 2);
  }

  /**
   * @return null if no plan has what may be meant
   * @throws UnreadableException if it may be two numbers
   */
  private @Nullable Candidate listed(String dialled, String written) throws UnreadableException {
    Candidate agreed = only(rewritten(dialled, When.ALWAYS));
    if (agreed == null && mayBeGrouped(dialled)) {
      agreed = only(rewritten(grouped(written), When.GROUPED));
    }
    if (agreed != null) {
      return agreed;
    }
    List<@Nullable Candidate> readings = new ArrayList<>(asWritten(dialled, written));
    readings.addAll(rewritten(dialled, When.ALSO));
    Candidate asWritten = only(readings);
    if (asWritten == null) {
      return only(mended(dialled));
    }
    boolean mayHaveTrunkZero = !asWritten.isMobile() && BRACKETED_ZERO.matcher(written).find();
    Candidate withoutZero = mayHaveTrunkZero ? withoutZero(dialled) : null;
    return withoutZero != null && withoutZero.isMobile() ? withoutZero : asWritten;
  }

  private boolean mayBeGrouped(String dialled) {
    Integer code =
        isInternational(dialled)
            ? plans.countryCode(behindPlus(dialled))
            : Integer.valueOf(countryCode);
    return code != null && prefixes.any(plans.regionsWith(code), code, When.GROUPED);
  }

  /** Digits in the groups that they are written in. */
  private static String grouped(String written) {
    return SEPARATORS.matcher(written).replaceAll(" ").strip();
  }

  private List<@Nullable Candidate> asWritten(String dialled, String written) {
    if (dialled.startsWith("+")) {
      return candidates(international(dialled.substring(1)));
    }
    if (region == null || isServiceCode(dialled)) {
      return List.of();
    }
    return dialled.startsWith("00")
        ? behind00(dialled, region)
        : withoutPlus(dialled, written, region);
  }

  /**
   * Two zeros are a plus nearly everywhere, and in people's minds elsewhere, too: before the own
   * country code they are nothing else. Before another one they may begin a carrier's code.
   */
  private List<@Nullable Candidate> behind00(String dialled, String region) {
    String digits = dialled.substring(2);
    Candidate plus = international(digits);
    boolean isOwn = Integer.valueOf(countryCode).equals(plans.countryCode(digits));
    return isOwn ? candidates(plus) : candidates(plus, plans.national(dialled, region));
  }

  /**
   * Somebody who writes the country code and a mobile number means a plus, even if a plan of many
   * lengths has room for a fixed line with all these digits.
   */
  private List<@Nullable Candidate> withoutPlus(String dialled, String written, String region) {
    Candidate plus = ifListed(international(dialled));
    Candidate national = plans.national(dialled, region);
    if (national != null && lacksAreaCode(dialled, written, national)) {
      national = null;
    }
    if (plus == null) {
      return candidates(national);
    }
    if (national == null || !national.isListed()) {
      return isOwn(plus) ? candidates(plus) : List.of();
    }
    if (isOwn(plus) && plus.isMobile() && !national.isMobile() && !hasTrunk(dialled)) {
      return candidates(plus);
    }
    // Of all fixed lines abroad some would fit: nobody means one who writes no plus.
    return national.isMobile() || isNationalForm(dialled, national) || !plus.isMobile()
        ? candidates(national)
        : candidates(national, plus);
  }

  /**
   * Where a trunk prefix is dialled, a short number without it is one of the caller's own town,
   * though another town's area code may be how it begins. What stands in brackets is the area code:
   * whoever writes so leaves the prefix out.
   */
  private boolean lacksAreaCode(String dialled, String written, Candidate national) {
    return trunk.equals("0")
        && !written.strip().startsWith("(")
        && !hasTrunk(dialled)
        && !national.isMobile()
        && dialled.length() <= localDigits;
  }

  private boolean isOwn(Candidate candidate) {
    return candidate.countryCode() == countryCode;
  }

  /** A number behind its country code, which may stand there twice. */
  private @Nullable Candidate international(String digits) {
    Candidate plain = plans.international(digits);
    Integer code = plans.countryCode(digits);
    if (code == null) {
      return plain;
    }
    String rest = withoutZeros(digits.substring(code.toString().length()));
    Candidate once = rest.startsWith(code.toString()) ? ifListed(plans.international(rest)) : null;
    if (once == null) {
      return plain;
    }
    boolean isTwice = plain == null || !plain.isListed() || (once.isMobile() && !plain.isMobile());
    return isTwice ? once : plain;
  }

  /** Without prefixes that are no part of the number, or with the plus that it lost. */
  private List<@Nullable Candidate> mended(String dialled) throws UnreadableException {
    List<@Nullable Candidate> found = new ArrayList<>(rewritten(dialled, When.UNLISTED));
    if (region != null && dialled.startsWith(ALL_COUNTRIES + countryCode)) {
      found.add(plans.international(dialled.substring(ALL_COUNTRIES.length())));
    }
    if (isInternational(dialled)) {
      String digits = behindPlus(dialled);
      Integer code = plans.countryCode(digits);
      if (code != null) {
        found.add(withoutZero(dialled));
      }
      // A plus before the trunk prefix: +8 701 … is no Inmarsat telephone in a book of Kazakhstan.
      boolean isNational = code == null || (code != countryCode && hasTrunk(digits));
      if (isNational && dialled.startsWith("+") && region != null) {
        found.add(listed(digits, digits));
      }
    } else if (hasTrunk(dialled) && countryCode != 0) {
      // Of a number from before its plan changed, libphonenumber takes the prefix for a part.
      found.add(plans.international(countryCode + dialled.substring(trunk.length())));
    }
    if (!isInternational(dialled)
        && found.stream().allMatch(candidate -> ifListed(candidate) == null)) {
      String digits = withoutZeros(dialled);
      if (countryCode != 0 && digits.startsWith(Integer.toString(countryCode))) {
        found.add(listed("+" + digits, "+" + digits));
      }
    }
    return found;
  }

  /** A number without a trunk zero behind its country code, where none is dialled. */
  private @Nullable Candidate withoutZero(String dialled) {
    String digits = isInternational(dialled) ? behindPlus(dialled) : dialled;
    Integer code = plans.countryCode(digits);
    if (code == null) {
      return null;
    }
    String rest = digits.substring(code.toString().length());
    Candidate one =
        rest.startsWith("0") ? ifListed(plans.international(code + rest.substring(1))) : null;
    return one != null ? one : plans.international(code + withoutZeros(rest));
  }

  private List<@Nullable Candidate> rewritten(String dialled, When when)
      throws UnreadableException {
    List<String> texts = new ArrayList<>();
    texts.addAll(prefixes.instead(dialled, List.of(regionOrNone()), countryCode, when));
    if (isInternational(dialled)) {
      String digits = behindPlus(dialled);
      Integer code = plans.countryCode(digits);
      if (code != null) {
        String rest = digits.substring(code.toString().length()).strip();
        List<String> regions = plans.regionsWith(code);
        for (String text : prefixes.instead(rest, regions, code, when)) {
          texts.add(text.startsWith("+") ? text : "+" + code + text);
        }
      }
    }
    List<@Nullable Candidate> found = new ArrayList<>();
    for (String text : texts) {
      found.add(text.startsWith("+") ? plans.international(text.substring(1)) : listed(text, text));
    }
    return found;
  }

  /** A number that no plan lists, if it could exist. */
  private Identifier unlisted(String dialled) throws UnreadableException {
    if (isServiceCode(dialled)) {
      throw new UnreadableException("this is a service code, not a phone number");
    }
    for (Candidate shared : rewritten(dialled, When.ALWAYS)) {
      if (shared != null) {
        return possible(shared, shared.international());
      }
    }
    if (isInternational(dialled)) {
      String digits = behindPlus(dialled);
      Candidate number = plans.international(digits);
      return number == null ? parsed("+" + digits) : possible(number, "+" + digits);
    }
    if (region == null || !isLong(dialled)) {
      throw new UnreadableException(noCountry(dialled));
    }
    Candidate plus = ifListed(plans.international(dialled));
    if (plus != null && plus.isMobile()) {
      throw ambiguous(List.of(plus));
    }
    Candidate number = plans.national(dialled, region);
    if (number == null) {
      throw new UnreadableException(
          dialled.length() > MAX_DIGITS
              ? "this is too long for a phone number"
              : "this is not a phone number");
    }
    if (plans.mayBeShort(number)) {
      throw new UnreadableException("this is a short or emergency number");
    }
    if (lacksAreaCode(dialled, dialled, number)) {
      throw new UnreadableException("this phone number lacks its area code");
    }
    return possible(number, null);
  }

  private Identifier possible(Candidate number, @Nullable String international)
      throws UnreadableException {
    switch (plans.length(number)) {
      case IS_POSSIBLE:
        if (plans.startsLikeNone(number)) {
          throw new UnreadableException("no phone number of its country starts like this one");
        }
        return identifier(number);
      case IS_POSSIBLE_LOCAL_ONLY:
        throw new UnreadableException("this phone number lacks its area code");
      case TOO_SHORT:
        throw new UnreadableException("this is too short for a phone number of its country");
      default:
        if (international == null) {
          throw new UnreadableException(
              "this has the wrong length for a phone number of its country");
        }
        return parsed(international);
    }
  }

  private String noCountry(String dialled) {
    return isLong(dialled)
        ? "this is a national phone number: pass --region with its country, such as --region DE"
        : "this is a short or emergency number";
  }

  /** The one number that is listed, or null if there is none. */
  private @Nullable Candidate only(List<@Nullable Candidate> candidates)
      throws UnreadableException {
    Map<String, Candidate> listed = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (candidate != null && candidate.isListed()) {
        listed.putIfAbsent(candidate.current(), candidate);
      }
    }
    if (listed.size() > 1) {
      throw ambiguous(List.copyOf(listed.values()));
    }
    return listed.isEmpty() ? null : listed.values().iterator().next();
  }

  /** What may be any of several numbers. */
  UnreadableException ambiguous(List<Candidate> candidates) {
    List<String> countries = candidates.stream().map(plans::country).distinct().toList();
    String numbers =
        countries.size() < candidates.size()
            ? "this could be several numbers of "
            : "this could be a number of ";
    return UnreadableException.ambiguous(
        numbers + String.join(" or of ", countries) + ": write it with + and its country code");
  }

  private static @Nullable Candidate ifListed(@Nullable Candidate candidate) {
    return candidate != null && candidate.isListed() ? candidate : null;
  }

  private static List<@Nullable Candidate> candidates(@Nullable Candidate... candidates) {
    List<@Nullable Candidate> list = new ArrayList<>();
    for (Candidate candidate : candidates) {
      list.add(candidate);
    }
    return list;
  }

  private static String withoutZeros(String digits) {
    int zeros = 0;
    while (zeros < digits.length() && digits.charAt(zeros) == '0') {
      zeros++;
    }
    return digits.substring(zeros);
  }

  private static Identifier identifier(Candidate number) throws UnreadableException {
    return parsed(number.international());
  }

  private static Identifier parsed(String international) throws UnreadableException {
    try {
      return Identifier.parse(international);
    } catch (IdentifierException e) {
      throw new UnreadableException(e.reason());
    }
  }
}
