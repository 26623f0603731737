package org.blindbook.contacts.written;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.written.DialledNumbers.Number;
import org.blindbook.contacts.written.WrittenIdentifiers.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.jspecify.annotations.Nullable;

/**
 * Phone numbers as written by hand, one or several in a text, with labels, remarks and extensions.
 * Whatever stands between two whole numbers separates them, in any language.
 */
final class WrittenPhoneNumbers {
  static final String NOTHING = "this is neither a phone number, an e-mail address nor a username";

  private static final int MAX_CHARS = 250;

  private static final Pattern PLAIN = Pattern.compile("\\+?[0-9]+(?:[ -][0-9]+){0,6}");

  private static final Pattern URI = Pattern.compile("(?i)tel:[^ ;]*(?:%|;[a-z]).*");
  private static final Pattern URI_CONTEXT =
      Pattern.compile("(?i)tel:([^;]*);(?:.*;)?phone-context=(\\+[0-9]+).*");

  /** A remark, such as "(after 6 pm)"; one with more digits may hold a number of its own. */
  private static final Pattern REMARK =
      Pattern.compile("[(\\[]([^()\\[\\]]*\\p{L}[^()\\[\\]]*)[)\\]]");

  private static final int REMARK_DIGITS = 6;

  /** Days, hours, floors and counts beside a number. */
  private static final Pattern REMARK_DIGITS_WITH_UNIT =
      Pattern.compile(
          "(?iu)(?<![0-9+(/-])(?:(?:19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]"
              + "|[0-3]?[0-9][./][0-3]?[0-9][./](?:19|20)[0-9]{2})?"
              + " *[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9])|(?<=[0-9)]"
              + " )[0-9]{1,2}(?:[.]?-[0-9]{1,2})?[.]? ?(?:(?:er|e|nd|st|rd|th|º|°|ª)"
              + " )?(?:uhr|h|hrs?|[ap]m|x|og|ug|stock|etage"
              + "|[ée]tage|floor|piso|piano|krs|tr|kat)(?![\\p{L}0-9]).*");

  /** What a number consists of: anything else is a word or a mark beside it. */
  private static final Pattern RUN =
      Pattern.compile("[0-9+()\\[\\]./*# -]*[0-9][0-9+()\\[\\]./*# -]*");

  private static final Pattern DATE =
      Pattern.compile(
          "(?:19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]"
              + "|[0-3]?[0-9][./][0-3]?[0-9][./](?:19|20)[0-9]{2}");

  /** Before an extension. */
  private static final Pattern EXTENSION_WORD =
      Pattern.compile(
          "(?iu)[,;]*(?:extension|extn?|xtn|x|durchwahl|dw|nebenstelle|nst|poste|anexo|interno|int"
              + "|ramal|доб|добавочный|внутр|дод|wew|klapka|linka|mell|toestel|anknytning|ankn"
              + "|alanumero|dahili|εσωτ|내선|内線|分机|转|轉)[:=]?");

  /** Before what is dialled after the call is answered. */
  private static final Pattern PAUSE = Pattern.compile("(?i)[,;pw]+");

  private final DialledNumbers dialled;
  private final CountedLabels labels;
  private final SpelledNumbers spelled;

  /**
   * @param region where national numbers are dialled, or null to read none
   */
  WrittenPhoneNumbers(@Nullable String region) {
    this(new DialledNumbers(region, DiallingPrefixes.load()), new SpelledNumbers(region));
  }

  private WrittenPhoneNumbers(DialledNumbers dialled, SpelledNumbers spelled) {
    this.dialled = dialled;
    this.labels = new CountedLabels(dialled);
    this.spelled = spelled;
  }

  /** Whether some regions have no other way to dial than this one. */
  boolean areDialledIn(Set<String> regions) {
    return dialled.areDialledIn(regions);
  }

  WrittenPhoneNumbers alsoDialledIn(Set<String> regions) {
    return new WrittenPhoneNumbers(dialled.alsoDialledIn(regions), spelled);
  }

  /** What may be phone numbers beside names: only what is long enough. */
  Reading readBesideOthers(String written) {
    return dialled.isLong(NumberText.of(written)) ? read(written) : Reading.NOTHING;
  }

  Reading read(String written) {
    try {
      if (written.length() > MAX_CHARS) {
        throw new UnreadableException("this is too long for a phone number");
      }
      Identifier plain = plain(written);
      if (plain != null) {
        return new Reading(List.of(plain), List.of());
      }
      String text = SpreadsheetDamage.repaired(NumberText.of(written), dialled);
      if (text.chars().noneMatch(c -> c >= '0' && c <= '9')) {
        throw new UnreadableException(NOTHING);
      }
      if (URI.matcher(text).matches()) {
        return new Reading(List.of(uri(text)), List.of());
      }
      Identifier word = spelled.read(text);
      return word == null ? runs(text) : new Reading(List.of(word), List.of());
    } catch (UnreadableException e) {
      return new Reading(List.of(), List.of(e.reason()));
    }
  }

  /**
   * What most fields hold, and nothing has to be looked for in: one whole number of digits in
   * groups.
   *
   * @return null if it is to be read with more care
   */
  private @Nullable Identifier plain(String written) {
    if (!PLAIN.matcher(written).matches() || DATE.matcher(written).matches()) {
      return null;
    }
    try {
      Number number = dialled.read(written);
      return number.isWhole() && labels.without(written, "").equals(written)
          ? number.identifier()
          : null;
    } catch (UnreadableException e) {
      return null;
    }
  }

  /** With parameters (RFC 3966): a number with its context, or a global one. */
  private Identifier uri(String uri) throws UnreadableException {
    Matcher context = URI_CONTEXT.matcher(uri);
    if (context.matches() && !context.group(1).contains("+")) {
      return dialled.read(context.group(2) + context.group(1)).identifier();
    }
    try {
      String global = Identifier.parse(uri).canonical();
      return dialled.read(global.substring(global.indexOf('+'))).identifier();
    } catch (IdentifierException e) {
      return dialled.read(uri.substring(uri.indexOf(':') + 1).split(";", 2)[0]).identifier();
    }
  }

  private Reading runs(String written) throws UnreadableException {
    String text = withoutRemarks(written);
    Matcher run = RUN.matcher(text);
    List<NumberRun> runs = new ArrayList<>();
    String longest = "";
    int end = 0;
    while (run.find()) {
      String gap = text.substring(end, run.start());
      end = run.end();
      String value = labels.without(run.group(), gap);
      longest = DialledNumbers.digits(value) > DialledNumbers.digits(longest) ? value : longest;
      boolean isAfterCall = !runs.isEmpty() && isAfterCall(gap, run.group());
      if (!dialled.isShort(value) && !isAfterCall && !DATE.matcher(value).matches()) {
        runs.add(NumberRun.of(value, dialled));
      }
    }
    if (runs.isEmpty()) {
      return new Reading(List.of(dialled.read(longest).identifier()), List.of());
    }
    return together(runs);
  }

  /**
   * Whether a run is an extension, or what is dialled when the call is answered. A whole number
   * behind one comma is none.
   */
  private boolean isAfterCall(String gap, String run) {
    boolean isExtension = EXTENSION_WORD.matcher(gap).matches();
    boolean isPause = PAUSE.matcher(gap).matches() && !run.startsWith(" ");
    if (!isExtension && !isPause) {
      return false;
    }
    boolean isList = gap.length() == 1 && !run.contains("#") && dialled.isLong(run);
    return !isList;
  }

  /** Beside a whole number, nothing is read that could be part of one, or of an address. */
  private static Reading together(List<NumberRun> runs) {
    boolean hasWhole = runs.stream().flatMap(run -> run.found().stream()).anyMatch(Number::isWhole);
    Set<Identifier> found = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    for (NumberRun run : runs) {
      for (Number number : run.found()) {
        if (number.isWhole() || !hasWhole) {
          found.add(number.identifier());
        } else {
          problems.add("this could be part of a phone number only: write it with its area code");
        }
      }
      problems.addAll(run.problems());
    }
    return new Reading(List.copyOf(found), problems);
  }

  private static String withoutRemarks(String text) {
    return REMARK
        .matcher(REMARK_DIGITS_WITH_UNIT.matcher(text).replaceAll(" | "))
        .replaceAll(
            remark ->
                DialledNumbers.digits(remark.group(1)) > REMARK_DIGITS
                    ? Matcher.quoteReplacement(" | " + remark.group(1) + " | ")
                    : " | ");
  }
}
