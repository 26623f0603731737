package org.blindbook.contacts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.HeaderWords.Meaning;

/**
 * Numbers in a text that are none of a telephone, by what they look like or by the word before
 * them: of persons, companies, accounts and papers, of places on earth, and of the internet.
 *
 * @param rest the text without them
 * @param problems why each was taken out
 */
record OtherNumbers(String rest, List<String> problems) {
  private static final String IDENTITY =
      "what stands before this number says that it is no phone number";
  private static final String CODE = "a letter before this number says that it is no phone number";
  private static final String INTERNET = "this is an address of the internet, not a phone number";
  private static final String PLACE = "this is a place on the earth, not a phone number";

  /** Messengers name people by their number in links. */
  private static final Pattern NUMBER_LINK =
      Pattern.compile(
          "(?i)(?:https?://)?(?:www\\.)?(?:wa\\.me/|(?:api|web)\\.whatsapp\\.com/send/?\\?phone="
              + "|signal\\.me/#p/|t\\.me/(?=\\+))(?:\\+|%2B)?([1-9][0-9]{6,14})(?![0-9])[^\\s,;|]*");

  private static final Pattern LINK =
      Pattern.compile(
          "(?i)(?:[a-z][a-z0-9+.-]*://|www\\.)[^\\s|<>\"]+"
              + "|(?<![@\\w.-])(?:[a-z0-9-]+\\.)+[a-z]{2,18}/[^\\s|<>\"]*");

  /** Four numbers of a byte; two digits each may be a phone number's groups. */
  private static final Pattern HOST =
      Pattern.compile(
          "(?<![0-9.])(?!(?:[0-9]{2}\\.){3}[0-9]{2}(?![0-9]))(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|(?![0-9.]))){4}"
              + "(?::[0-9]{1,5})?");

  private static final Pattern UUID =
      Pattern.compile("(?i)(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}");

  /** Degrees with at least four decimals, latitude and longitude; or with minutes and seconds. */
  private static final Pattern COORDINATES =
      Pattern.compile(
          "(?iu)(?<![0-9.+])(?:geo:)?[NSEW]?[-\\u2212]?(?:0|[1-9][0-9]{0,2})\\.[0-9]{4,} ?\\u00B0?"
              + " ?[NSEW]?(?: ?[,;/] ?|"
              + " )[NSEW]?[-\\u2212]?(?:0|[1-9][0-9]{0,2})\\.[0-9]{4,}(?![0-9.])"
              + " ?\\u00B0?[NSEW]?|[0-9]{1,3} ?\\u00B0 ?[0-9]{1,2}(?:[.,][0-9]+)?"
              + " ?['\\u2019\\u2032](?: ?[0-9]{1,2}(?:[.,][0-9]+)? ?(?:[\"\\u201D\\u2033]|''))?"
              + " ?[NSEWO]?");

  private static final Pattern IBAN =
      Pattern.compile(
          "(?<![\\p{L}0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?:"
              + " ?[A-Z0-9]{1,3})?(?![\\p{L}0-9])");

  /** Groups of digits, and of letters between them: 12 345 678 Z, 12 120580 A 123. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{M}\\p{Nd}])\\p{L}{0,6}[\\p{L}\\p{Nd}]*\\p{Nd}[\\p{L}\\p{Nd}]*(?:["
              + " ./\\p{Pd}]{1,3}(?:\\p{L}{0,4}\\p{Nd}[\\p{L}\\p{Nd}]*|\\p{Lu}{1,2}(?!\\p{L})))*");

  /** A letter or two, and a number without the zero that phone numbers have: A123456789. */
  private static final Pattern CODED = Pattern.compile("\\p{Lu}{1,2}[1-9]\\p{Nd}{5,}");

  private static final Pattern WORDS = Pattern.compile("[^\\p{L}\\p{M}]+");
  private static final Pattern NUMBER_SIGN = Pattern.compile("[#\\u2116]");
  private static final Pattern CAPITALS = Pattern.compile("\\p{Lu}+");

  /** Behind the word, the country of a number: UID CHE-123.456.789. */
  private static final Pattern COUNTRY = Pattern.compile("\\p{Lu}{2,4}");

  private static final int MAX_LABEL_WORDS = 4;
  private static final int MIN_DIGITS = 5;

  /** Reported from here on; fewer would not be taken for a phone number anyway. */
  private static final int MIN_PHONE_DIGITS = 7;

  static OtherNumbers in(String text) {
    if (text.chars().noneMatch(Character::isDigit)) {
      return new OtherNumbers(text, List.of());
    }
    List<String> problems = new ArrayList<>();
    String rest = NUMBER_LINK.matcher(text).replaceAll(" +$1 ");
    rest = without(LINK, rest, INTERNET, problems);
    rest = without(UUID, rest, INTERNET, problems);
    rest = without(HOST, rest, INTERNET, problems);
    rest = without(COORDINATES, rest, PLACE, problems);
    rest = without(IBAN, rest, IDENTITY, problems);
    rest = withoutIdentities(rest, problems);
    return new OtherNumbers(rest.strip(), problems);
  }

  /** Whether anything is left that may be a phone number or an address. */
  boolean leavesSomething() {
    return ValueLooks.digits(rest) >= MIN_DIGITS || ValueLooks.hasAt(rest);
  }

  private static String without(
      Pattern pattern, String text, String reason, List<String> problems) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder rest = new StringBuilder();
    while (matcher.find()) {
      if (ValueLooks.digits(matcher.group()) >= MIN_PHONE_DIGITS) {
        problems.add(reason);
      }
      matcher.appendReplacement(rest, " | ");
    }
    return matcher.appendTail(rest).toString();
  }

  private static String withoutIdentities(String text, List<String> problems) {
    Matcher number = NUMBER.matcher(text);
    StringBuilder rest = new StringBuilder();
    int end = 0;
    int kept = 0;
    while (number.find()) {
      if (ValueLooks.digits(number.group()) < MIN_DIGITS || ValueLooks.isDate(number.group())) {
        continue;
      }
      String label = text.substring(end, number.start());
      end = number.end();
      boolean isCoded = CODED.matcher(number.group()).matches();
      if (isCoded || (!label.endsWith("+") && isIdentity(label, number.group()))) {
        problems.add(isCoded ? CODE : IDENTITY);
        rest.append(text, kept, number.start()).append(" | ");
        kept = end;
      }
    }
    return rest.append(text.substring(kept)).toString();
  }

  /** Whether a label names what is behind it, and that is no telephone. */
  private static boolean isIdentity(String label, String number) {
    List<String> words = Arrays.stream(WORDS.split(label)).filter(w -> !w.isEmpty()).toList();
    if (words.isEmpty() || says(label, Meaning.MAIL)) {
      return false;
    }
    boolean isNumbered = NUMBER_SIGN.matcher(label).find() || says(label, Meaning.NUMBER);
    if (says(label, Meaning.PHONE)) {
      // TFN is a telephone in Sweden, and nobody's in Australia.
      return !number.startsWith("0") && isInCapitals(words);
    }
    int last = words.size();
    while (last > 1 && isNumberWord(words.get(last - 1))) {
      last--;
    }
    return isIdentity(words, isNumbered)
        || isIdentity(words.subList(0, last), isNumbered)
        || (last > 1
            && COUNTRY.matcher(words.get(last - 1)).matches()
            && isIdentity(words.subList(0, last - 1), isNumbered));
  }

  private static boolean says(String label, Meaning... wanted) {
    Set<Meaning> meanings = HeaderWords.meanings(label);
    return Arrays.stream(wanted).anyMatch(meanings::contains);
  }

  private static boolean isNumberWord(String word) {
    Set<Meaning> says = HeaderWords.meaningsAtEnd(word);
    return says.contains(Meaning.NUMBER) && !says.contains(Meaning.IDENTITY);
  }

  private static boolean isIdentity(List<String> words, boolean isNumbered) {
    List<String> end = words.subList(Math.max(0, words.size() - MAX_LABEL_WORDS), words.size());
    Set<Meaning> says = HeaderWords.meaningsAtEnd(String.join(" ", end));
    return says.contains(Meaning.IDENTITY)
        || (isNumbered && (says.contains(Meaning.ABBREVIATION) || says.contains(Meaning.OTHER)))
        || isInCapitals(words);
  }

  private static boolean isInCapitals(List<String> words) {
    String last = words.get(words.size() - 1);
    return CAPITALS.matcher(last).matches()
        && HeaderWords.meaningsAtEnd(last).contains(Meaning.ABBREVIATION);
  }
}
