package org.blindbook.contacts;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.blindbook.contacts.HeaderWords.Meaning;
import org.jspecify.annotations.Nullable;

/**
 * One contact a line: its identifier, or several, or a name beside them. {@code #} starts a
 * comment.
 */
final class LineBook implements BookReader {
  /**
   * Behind a number, the sign without a space starts an extension: +1 212 555 0100 #5. Before it,
   * it may be part of a code that hides the caller: #31#.
   */
  private static final Pattern COMMENT = Pattern.compile("^\\s*#(?!\\d+#).*|\\s#(?:\\s.*)?$");

  private static final char[] SEPARATORS = {';', '\t', '|', ','};

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s,;|<>()\"']+[@\\uFF20][^\\s,;|<>()\"']+\\.[^\\s,;|<>()\"']+");

  /** "user_id": 6465581301 */
  private static final Pattern LABELLED_DIGITS =
      Pattern.compile("([^\\p{Nd}+]*\\p{L}[^\\p{Nd}+]*?)[\\s\"':=]+([1-9]\\p{Nd}{6,})[\\s\"',;]*");

  private static final int MIN_DIGITS = 7;

  private static final String FIELD = "line";

  private final BookFile file;

  LineBook(BookFile file) {
    this.file = file;
  }

  @Override
  public void read(AddressBookBuilder book) throws IOException {
    try (TextLines lines = file.lines()) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        String content = COMMENT.matcher(line).replaceFirst("").strip();
        if (!content.isEmpty()) {
          readLine(content, lines.number(), book);
        }
      }
    }
  }

  private static void readLine(String line, int number, AddressBookBuilder book) {
    OtherNumbers others = OtherNumbers.in(line);
    if (others.problems().isEmpty() || others.leavesSomething()) {
      Entry contact = read(others.rest().isEmpty() ? line : others.rest(), number, book);
      if (contact != null) {
        others.problems().forEach(reason -> contact.skip(number, FIELD, reason));
        return;
      }
    }
    others.problems().forEach(reason -> book.skip(number, reason));
  }

  /**
   * @return null if the line is listed
   */
  private static @Nullable Entry read(String content, int line, AddressBookBuilder book) {
    if (isLabelledOtherwise(content)) {
      book.skip(line, "what stands before this number says that it is no phone number");
      return null;
    }
    if (ValueLooks.isDate(content) && content.indexOf('+') < 0 && content.indexOf('@') < 0) {
      book.skip(line, "this is a date, not a phone number");
      return null;
    }
    Entry contact = book.startContact();
    List<String> parts = parts(content);
    if (parts != null) {
      readParts(parts, line, contact);
    } else if (!readBesideAddress(content, line, contact)) {
      contact.identifier(line, FIELD, content);
    }
    return contact;
  }

  private static boolean isLabelledOtherwise(String content) {
    Matcher labelled = LABELLED_DIGITS.matcher(content);
    if (!labelled.matches()) {
      return false;
    }
    Set<Meaning> says = HeaderWords.meanings(labelled.group(1));
    return !says.contains(Meaning.PHONE)
        && (says.contains(Meaning.DESCRIBES) || says.contains(Meaning.OTHER));
  }

  /** The parts of a line that has different things between separators, else null. */
  private static @Nullable List<String> parts(String content) {
    for (char separator : SEPARATORS) {
      if (content.indexOf(separator) < 0) {
        continue;
      }
      List<String> parts = CsvRows.fields(content, separator);
      if (parts != null && areDifferent(parts)) {
        return parts;
      }
    }
    return null;
  }

  private static boolean areDifferent(List<String> parts) {
    boolean addresses = false;
    boolean numbers = false;
    boolean names = false;
    for (String part : parts) {
      switch (ValueLooks.of(part)) {
        case MAIL -> addresses = true;
        case PHONE, DIGITS -> numbers = true;
        case WORDS -> names |= !hasNumber(part);
        case BLANK, OTHER -> {}
      }
    }
    return addresses ? numbers || names : numbers && names;
  }

  private static void readParts(List<String> parts, int line, Entry contact) {
    long phones = parts.stream().filter(part -> ValueLooks.of(part) == ValueLooks.PHONE).count();
    for (String part : parts) {
      switch (ValueLooks.of(part)) {
        case MAIL, PHONE -> contact.identifier(line, FIELD, part);
        case DIGITS -> {
          if (phones == 0) {
            contact.identifier(line, FIELD, part);
          } else {
            contact.skip(line, FIELD, "plain digits beside a phone number are not taken for one");
          }
        }
        case WORDS -> {
          if (hasNumber(part) || part.contains("@")) {
            contact.identifier(line, FIELD, part);
          } else {
            contact.name(0, part);
          }
        }
        case BLANK, OTHER -> {}
      }
    }
  }

  /** Takes the addresses out of a line, if the rest has a number in it. */
  private static boolean readBesideAddress(String content, int line, Entry contact) {
    Matcher addresses = ADDRESS.matcher(content);
    String rest = addresses.replaceAll(" ").replaceAll("[<>\"]", " ").strip();
    if (rest.length() == content.length() || !hasNumber(rest)) {
      return false;
    }
    int name = addresses.reset().find() ? addresses.start() : content.length();
    contact.name(
        0, content.substring(0, name).split("[\\p{Nd}+(<]", 2)[0].replaceAll("[\\s:;,/|-]+$", ""));
    addresses.reset().results().forEach(found -> contact.identifier(line, FIELD, found.group()));
    contact.identifier(line, FIELD, rest.replaceAll("^[\\s,;|/-]+|[\\s,;|/-]+$", ""));
    return true;
  }

  private static boolean hasNumber(String text) {
    return ValueLooks.digits(text) >= MIN_DIGITS;
  }
}
