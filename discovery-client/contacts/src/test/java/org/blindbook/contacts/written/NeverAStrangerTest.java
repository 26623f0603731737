package org.blindbook.contacts.written;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.blindbook.contacts.written.WrittenIdentifiers.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.numbering.NumberingPlans;
import org.junit.jupiter.api.Test;

/**
 * Numbers of all regions in all styles: what is read is the number that was written, or a problem
 * is listed, and never another number. How many fields there are is {@code
 * -Dblindbook.written.fields}; the seed is {@code -Dblindbook.written.seed}.
 */
class NeverAStrangerTest {
  private static final int FIELDS = Integer.getInteger("blindbook.written.fields", 12_000);
  private static final long SEED = Long.getLong("blindbook.written.seed", 20261128);

  /** To refuse everything would be no art. The rest can be read as two numbers, and is listed. */
  private static final double LEAST_FOUND = 0.98;

  private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

  private static final String[] SEPARATORS = {
    ",",
    ", ",
    ";",
    "; ",
    "/",
    " / ",
    "|",
    " | ",
    " & ",
    " und ",
    " oder ",
    " or ",
    " and ",
    " u. ",
    " et ",
    " ou ",
    " y ",
    " o ",
    " e ",
    " и ",
    " або ",
    " lub ",
    " és ",
    " ve ",
    " または ",
    "、",
    " 和 ",
    " و ",
    " או ",
    " ::: ",
    "\n",
    "\t",
    " - ",
    "  ",
    " (privat) ",
    " Büro: ",
    " bzw. "
  };

  private final RandomGenerator random = new SplittableRandom(SEED);
  private final ValidNumbers numbers = new ValidNumbers(random);
  private final Map<String, WrittenIdentifiers> readers = new HashMap<>();
  private final List<String> strangers = new ArrayList<>();

  @Test
  void readsTheNumberThatWasWrittenOrNone() throws Exception {
    Map<WritingStyle, int[]> shares = new EnumMap<>(WritingStyle.class);
    WritingStyle[] styles = WritingStyle.values();
    for (int field = 0; field < FIELDS; field++) {
      WritingStyle style = styles[field % styles.length];
      String region = numbers.region();
      PhoneNumber number = numbers.next(region);
      while (style.isForMobilesOnly() && PLANS.getNumberType(number) != PhoneNumberType.MOBILE) {
        region = numbers.region();
        number = numbers.next(region);
      }
      String book = style.isInternational() ? numbers.region() : region;
      boolean found = isFound(style.write(number, book), book, style.name(), List.of(number));
      int[] share = shares.computeIfAbsent(style, any -> new int[2]);
      share[0] += found ? 1 : 0;
      share[1]++;
    }
    report(shares);
    assertThat(strangers).as("seed %d", SEED).isEmpty();
    shares.forEach(
        (style, share) ->
            assertThat((double) share[0] / share[1])
                .as("%s found, seed %d", style, SEED)
                .isGreaterThanOrEqualTo(LEAST_FOUND));
  }

  @Test
  void readsTwoNumbersInOneFieldOrListsThem() throws Exception {
    Map<String, int[]> shares = new HashMap<>();
    for (int field = 0; field < FIELDS / 6; field++) {
      String separator = SEPARATORS[field % SEPARATORS.length];
      boolean international = random.nextBoolean();
      WritingStyle style = international ? WritingStyle.INTERNATIONAL : WritingStyle.NATIONAL;
      String region = numbers.region();
      List<PhoneNumber> both = List.of(numbers.next(region), numbers.next(region));
      String text = style.write(both.get(0), region) + separator + style.write(both.get(1), region);
      boolean found = isFound(text, region, "two", both);
      int[] share = shares.computeIfAbsent(separator, any -> new int[2]);
      share[0] += found ? 1 : 0;
      share[1]++;
    }
    report(shares);
    assertThat(strangers).as("seed %d", SEED).isEmpty();
    shares.forEach(
        (separator, share) ->
            assertThat((double) share[0] / share[1])
                .as("both found with '%s' between, seed %d", separator, SEED)
                .isGreaterThanOrEqualTo(LEAST_FOUND));
  }

  private static void report(Map<?, int[]> shares) {
    if (Boolean.getBoolean("blindbook.written.report")) {
      shares.forEach((key, share) -> System.out.println(key + " " + share[0] + " of " + share[1]));
    }
  }

  private boolean isFound(String text, String book, String style, List<PhoneNumber> written)
      throws Exception {
    WrittenIdentifiers reader = readers.get(book);
    if (reader == null) {
      reader = WrittenIdentifiers.dialledIn(book);
      readers.put(book, reader);
    }
    Reading reading = reader.read(text);
    Set<Identifier> expected = new LinkedHashSet<>();
    for (PhoneNumber number : written) {
      expected.add(subscriber(Identifier.parse(PLANS.format(number, PhoneNumberFormat.E164))));
    }
    List<Identifier> found = reading.found().stream().map(NeverAStrangerTest::subscriber).toList();
    List<Identifier> others =
        found.stream().filter(other -> !expected.contains(other) && isValid(other)).toList();
    if (!others.isEmpty() || (found.size() < expected.size() && reading.isComplete())) {
      strangers.add(
          String.format(
              "%s in %s: '%s' is %s, read as %s %s",
              style,
              book,
              text,
              expected.stream().map(Identifier::canonical).toList(),
              found.stream().map(Identifier::canonical).toList(),
              reading.problems()));
    }
    return found.containsAll(expected);
  }

  private static boolean isValid(Identifier number) {
    try {
      return PLANS.isValidNumber(PLANS.parse(number.canonical().substring("tel:".length()), "ZZ"));
    } catch (NumberParseException e) {
      return false;
    }
  }

  /** One subscriber may have several numbers, where a plan changed or two plans share numbers. */
  private static Identifier subscriber(Identifier identifier) {
    return NumberingPlans.current(identifier);
  }
}
