package org.blindbook.contacts;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The property lines of all cards in a file, unfolded, one a line, without the values that nobody
 * reads: what is left is regular enough for a parser. Many programs fold and indent as the standard
 * does not; other text may stand between cards.
 */
final class VCardLines extends Reader {
  /** Mail quotes and indents whole cards. */
  private static final Pattern BEGIN =
      Pattern.compile("[\\s>|]*(?:[\\w-]+\\.)?BEGIN\\s*:\\s*VCARD\\s*", Pattern.CASE_INSENSITIVE);

  private static final Pattern END =
      Pattern.compile("[\\s>|]*(?:[\\w-]+\\.)?END\\s*:\\s*VCARD\\s*", Pattern.CASE_INSENSITIVE);

  private static final Pattern PROPERTY =
      Pattern.compile("(?:[\\w-]+\\.)?([\\w-]+)\\s*((?:;[^:]*)?):");

  private static final Pattern BASE64 =
      Pattern.compile(";(?:ENCODING\\s*=\\s*\"?)?(?:B|BASE64)\"?(?:;|$)", Pattern.CASE_INSENSITIVE);

  /** RFC 6350, RFC 2426, vCard 2.1 and RFC 2739, without those that are read. */
  private static final Set<String> UNREAD =
      Set.of(
          "VERSION",
          "PRODID",
          "REV",
          "UID",
          "KIND",
          "XML",
          "SOURCE",
          "PROFILE",
          "NAME",
          "ADR",
          "LABEL",
          "NOTE",
          "TITLE",
          "ROLE",
          "URL",
          "BDAY",
          "ANNIVERSARY",
          "GENDER",
          "PHOTO",
          "LOGO",
          "SOUND",
          "KEY",
          "TZ",
          "GEO",
          "LANG",
          "IMPP",
          "MEMBER",
          "RELATED",
          "CATEGORIES",
          "CLASS",
          "SORT-STRING",
          "MAILER",
          "AGENT",
          "CLIENTPIDMAP",
          "FBURL",
          "CALADRURI",
          "CALURI");

  private static final Set<String> BINARY = Set.of("PHOTO", "LOGO", "SOUND", "KEY");

  /** Of those that are not read: what the parser needs, and where somebody lives. */
  private static final Set<String> WITH_VALUE = Set.of("VERSION", "AGENT", "ADR");

  private static final String SOFT_BREAK = "=";

  /** Programs fold lines that are longer than this; an indented line after a shorter one is new. */
  private static final int SHORT_LINE = 60;

  private static final int MAX_NUMBER_DIGITS = 15;
  private static final int MIN_NUMBER_DIGITS = 7;

  private final TextLines lines;
  private final IntConsumer betweenCards;

  private @Nullable String ahead;
  private int aheadNumber;

  /** What stands before every line of the card, such as a quotation mark. */
  private String prefix = "";

  /** 1 in a card, more in a card inside the AGENT of another. */
  private int depth;

  private boolean afterAgent;
  private boolean inOtherText;

  private String ready = "";
  private int position;

  /** Lines of the file at which the lines that were passed on start. */
  private int[] numbers = new int[64];

  private int count;

  /**
   * @param betweenCards told the first line of each text that stands outside of cards
   */
  VCardLines(TextLines lines, IntConsumer betweenCards) throws IOException {
    this.lines = lines;
    this.betweenCards = betweenCards;
    advance();
  }

  static boolean isBegin(String line) {
    return endsInVCard(line) && BEGIN.matcher(line).matches();
  }

  private static boolean isEnd(String line) {
    return endsInVCard(line) && END.matcher(line).matches();
  }

  /** Most lines do not, and need no pattern. */
  private static boolean endsInVCard(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) <= ' ') {
      end--;
    }
    return end > 0
        && (line.charAt(end - 1) | ' ') == 'd'
        && line.regionMatches(true, end - 5, "VCARD", 0, 5);
  }

  /** The line of the file at which a line that was passed on, counted from 1, starts. */
  int numberInFile(int passedOn) {
    return passedOn < 1 ? 1 : numbers[Math.min(passedOn, Math.max(1, count)) - 1];
  }

  /** What the parser calls for each character. */
  @Override
  public int read() throws IOException {
    return position < ready.length() || fill() ? ready.charAt(position++) : -1;
  }

  private boolean fill() throws IOException {
    String line = logicalLine();
    if (line == null) {
      return false;
    }
    ready = line + "\n";
    position = 0;
    return true;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (position == ready.length() && !fill()) {
      return -1;
    }
    int taken = Math.min(length, ready.length() - position);
    ready.getChars(position, position + taken, target, offset);
    position += taken;
    return taken;
  }

  private void advance() throws IOException {
    String line = lines.next();
    if (line != null) {
      if (isBegin(line)) {
        prefix = line.substring(0, line.toUpperCase(Locale.ROOT).indexOf("BEGIN"));
        line = line.substring(prefix.length());
      } else if (!prefix.isEmpty() && line.startsWith(prefix)) {
        line = line.substring(prefix.length());
      } else if (!prefix.isBlank() && line.equals(prefix.stripTrailing())) {
        line = "";
      }
    }
    ahead = line;
    aheadNumber = lines.number();
  }

  private @Nullable String logicalLine() throws IOException {
    while (ahead != null) {
      String first = ahead.stripLeading();
      int number = aheadNumber;
      advance();
      if (first.isEmpty()) {
        continue;
      }
      boolean begins = isBegin(first);
      if (begins || isEnd(first)) {
        depth = begins ? (afterAgent ? depth + 1 : 1) : Math.max(0, depth - 1);
        afterAgent = false;
        inOtherText = false;
        if (depth == 0) {
          prefix = "";
        }
        return passOn(first, number);
      }
      Matcher property = PROPERTY.matcher(first);
      boolean isProperty = property.lookingAt();
      String name = isProperty ? property.group(1).toUpperCase(Locale.ROOT) : "";
      if (depth == 0 && !VCardBook.READ.containsKey(name)) {
        if (!inOtherText) {
          betweenCards.accept(number);
        }
        inOtherText = true;
        continue;
      }
      inOtherText = false;
      afterAgent = name.equals("AGENT");
      if (!isProperty) {
        return passOn(first, number);
      }
      return passOn(unfolded(first, name, property.group(2), property.end()), number);
    }
    return null;
  }

  private String passOn(String line, int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count * 2);
    }
    numbers[count++] = number;
    return line;
  }

  private String unfolded(String first, String name, String parameters, int value)
      throws IOException {
    boolean isRead = VCardBook.READ.containsKey(name);
    boolean isBinary = BINARY.contains(name) || (!isRead && BASE64.matcher(parameters).find());
    boolean isQuotedPrintable =
        parameters.toUpperCase(Locale.ROOT).contains("QUOTED-PRINTABLE") && !isBinary;
    StringBuilder whole = new StringBuilder(first);
    int physicalLength = first.length();
    while (ahead != null) {
      String next = ahead;
      if (isBinary && physicalLength >= SHORT_LINE && isFolded(next)) {
        physicalLength = next.length();
        advance();
        continue;
      }
      boolean isSoft = isQuotedPrintable && endsSoftly(whole);
      if (isSoft) {
        whole.setLength(whole.lastIndexOf(SOFT_BREAK));
      }
      if (isBegin(next) || isEnd(next)) {
        break;
      }
      String continuation;
      if (isSoft) {
        if (isNewProperty(next)) {
          break;
        }
        continuation = next.stripLeading();
      } else if (isFolded(next)) {
        if (physicalLength < SHORT_LINE && isNewProperty(next.stripLeading())) {
          break;
        }
        continuation = next.substring(1);
      } else if (next.isBlank() || PROPERTY.matcher(next).lookingAt()) {
        break;
      } else if (isBinary || goesOn(name, whole.substring(value), next, physicalLength)) {
        continuation = next;
      } else {
        break;
      }
      if (!isBinary && whole.length() < TextLines.MAX_CHARS) {
        whole.append(continuation);
      }
      physicalLength = next.length();
      advance();
    }
    return isRead || WITH_VALUE.contains(name) ? whole.toString() : name + ":";
  }

  private static boolean isFolded(String line) {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  private static boolean endsSoftly(StringBuilder line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    return end > 0 && line.charAt(end - 1) == '=';
  }

  /** A name that cards have, in capitals, and no text such as "Tel: ..." in a note. */
  private static boolean isNewProperty(String line) {
    Matcher property = PROPERTY.matcher(line);
    if (!property.lookingAt()) {
      return false;
    }
    String name = property.group(1);
    boolean isKnown =
        name.startsWith("X-") || UNREAD.contains(name) || VCardBook.READ.containsKey(name);
    return isKnown && !line.startsWith(" ", property.end());
  }

  /** Whether a line that is no property can be the rest of one, folded without white space. */
  private static boolean goesOn(String name, String value, String next, int physicalLength) {
    boolean wasFull = physicalLength >= SHORT_LINE;
    return switch (name) {
      case "TEL", "X-MS-TEL" ->
          next.matches("[\\d ()./-]+")
              && (wasFull || ValueLooks.digits(next) < MIN_NUMBER_DIGITS)
              && ValueLooks.digits(value) + ValueLooks.digits(next) <= MAX_NUMBER_DIGITS;
      case "EMAIL" ->
          ValueLooks.of(value + next) == ValueLooks.MAIL
              && (wasFull || ValueLooks.of(value) != ValueLooks.MAIL);
      default -> VCardBook.READ.containsKey(name) || UNREAD.contains(name) || wasFull;
    };
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
