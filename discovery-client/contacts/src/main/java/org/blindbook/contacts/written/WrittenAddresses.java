package org.blindbook.contacts.written;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.written.WrittenIdentifiers.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;

/**
 * E-mail addresses and usernames as programs and people write them: in quotes and brackets, with
 * schemes, labels and remarks, one or several in a text, beside names and phone numbers. Never a
 * piece of an address for the whole: of "ali ce@x.example" nothing is read.
 */
final class WrittenAddresses {
  private static final String DELIMITERS = " ,;<>()\\[\\]\"\\u201C\\u201D\\u201E\\u00AB\\u00BB";

  /** A bar between words; between marks it may be part of an address. */
  private static final Pattern BAR =
      Pattern.compile("(?<=[\\p{L}\\p{N} .>)])\\|(?=[\\p{L}\\p{N} +<('])");

  /** What nearly all fields hold, and nothing has to be looked for in. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+");

  private static final Pattern USERNAME = Pattern.compile("(?i)username:|@[^@]*$");

  /** How much is looked at before an address and behind it: more than any label has. */
  private static final int BESIDE = 128;

  /** A word with an at sign in it; a part before it in quotes may hold anything. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?:\"[^\"@]{0,BESIDE}\"|[^@DELIMITERS]{0,BESIDE})@[^DELIMITERS]*"
              .replace("DELIMITERS", DELIMITERS)
              .replace("BESIDE", Integer.toString(BESIDE)));

  private static final Pattern AT_SIGNS = Pattern.compile("[^@]*@[^@]*@.*");
  private static final Pattern LIST = Pattern.compile("[/&]");

  /** Exchange writes SMTP: before an address, people a label. */
  private static final Pattern LABEL = Pattern.compile("(?i)^(?!mailto:|username:)[^@:]*:");

  /** Services whose addresses only look like those of e-mail. */
  private static final Pattern OTHER_SERVICE =
      Pattern.compile("(?i)^(?:sips?|xmpp|im|skype|jabber|acct|ssh|s?ftps?|https?):.*");

  private static final Pattern MARKS =
      Pattern.compile("^['\\u2018\\u2019\\u201A`=]+|['\\u2018\\u2019`:!?*]+$");

  /** Before an address, what shows that it begins there. */
  private static final Pattern CLOSED =
      Pattern.compile(
          "(?iu)(?:.*(?:[,;|<>()\\[\\]:\"\\u201C\\u201D\\u201E\\u00AB\\u00BB/&=]| -|@[^ ]+"
              + "|@[^ ]+ +\\p{L}{1,6}\\.?|(?:^|[^\\p{L}])(?:e-?mail|mail|courriel|correo)))? *");

  /** Behind an address, what could be a broken piece of its domain. */
  private static final Pattern PIECE = Pattern.compile(" *\\.\\p{L}.*| +\\p{L}{1,3}(?: [^@]*)?");

  private WrittenAddresses() {}

  /**
   * @param text with an at sign
   * @param between reads what stands beside the addresses
   */
  static Reading read(String text, Function<String, Reading> between) {
    if (PLAIN.matcher(text).matches() || USERNAME.matcher(text).lookingAt()) {
      return one(text);
    }
    return parts(BAR.matcher(withoutEntities(text)).replaceAll(" ; "), between);
  }

  private static Reading parts(String text, Function<String, Reading> between) {
    List<Reading> readings = new ArrayList<>();
    Matcher word = WORD.matcher(text);
    int end = 0;
    while (word.find()) {
      readings.add(between.apply(text.substring(end, word.start())));
      readings.add(
          word(
              word.group(),
              text.substring(Math.max(0, word.start() - BESIDE), word.start()),
              text.substring(word.end(), Math.min(text.length(), word.end() + BESIDE))));
      end = word.end();
    }
    readings.add(between.apply(text.substring(end)));
    return Reading.of(readings);
  }

  private static Reading word(String word, String before, String behind) {
    String address = MARKS.matcher(word).replaceAll("");
    if (AT_SIGNS.matcher(address).matches() && LIST.matcher(address).find()) {
      List<Reading> list = new ArrayList<>();
      for (String part : LIST.split(address)) {
        list.add(one(part));
      }
      return Reading.of(list);
    }
    if (!CLOSED.matcher(before).matches()) {
      return Reading.problem("the part of the e-mail address before the @ is not valid");
    }
    if (PIECE.matcher(behind).matches()) {
      return Reading.problem("the domain of the e-mail address is not valid");
    }
    return one(address);
  }

  private static Reading one(String address) {
    if (OTHER_SERVICE.matcher(address).matches()) {
      return Reading.problem("this is an address of another service than e-mail");
    }
    try {
      String bare = MARKS.matcher(LABEL.matcher(address).replaceFirst("")).replaceAll("");
      return new Reading(List.of(Identifier.parse(bare)), List.of());
    } catch (IdentifierException e) {
      return Reading.problem(e.reason());
    }
  }

  /** Addresses copied from a page may have its brackets as HTML writes them. */
  private static String withoutEntities(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
  }
}
