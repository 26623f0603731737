package org.blindbook.contacts;

import com.github.mangstadt.vinnie.VObjectParameters;
import com.github.mangstadt.vinnie.VObjectProperty;
import com.github.mangstadt.vinnie.io.Context;
import com.github.mangstadt.vinnie.io.SyntaxRules;
import com.github.mangstadt.vinnie.io.VObjectDataAdapter;
import com.github.mangstadt.vinnie.io.VObjectPropertyValues;
import com.github.mangstadt.vinnie.io.VObjectReader;
import com.github.mangstadt.vinnie.io.Warning;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.jspecify.annotations.Nullable;

/**
 * vCard 2.1, 3.0 and 4.0 (RFC 6350). Every TEL and EMAIL of a card is read, and the TEL that
 * Outlook writes under a name of its own; instant messengers' addresses and other extensions are
 * not identifiers here and are passed over.
 */
final class VCardBook extends VObjectDataAdapter {
  private static final Pattern BEGIN =
      Pattern.compile(
          "^\\s*(?:[\\w-]+\\.)?BEGIN\\s*:\\s*VCARD\\s*$",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** Names by quality: as the user sees it, from parts, a nickname, a company. */
  private static final int FORMATTED_NAME = 0;

  private static final int STRUCTURED_NAME = 1;
  private static final int NICKNAME = 2;
  private static final int ORGANISATION = 3;

  private static final Set<String> BINARY = Set.of("PHOTO", "LOGO", "SOUND", "KEY");

  private final AddressBookBuilder book;
  private final int firstLine;

  /** Cards not ended yet: one, or more where an AGENT line of vCard 2.1 holds another card. */
  private final Deque<Entry> open = new ArrayDeque<>();

  private boolean afterAgent;

  /** Lines without a colon after a binary property are its data, folded without white space. */
  private boolean inBinary;

  private VCardBook(AddressBookBuilder book, int firstLine) {
    this.book = book;
    this.firstLine = firstLine;
  }

  static boolean recognises(String text) {
    return BEGIN.matcher(text).find();
  }

  static void read(String text, AddressBookBuilder book) {
    // The parser takes a blank first line for the end of the file.
    String cards = text.stripLeading();
    int blankLines = FileText.lines(text.substring(0, text.length() - cards.length())).length - 1;
    try (VObjectReader reader = new VObjectReader(new StringReader(cards), SyntaxRules.vcard())) {
      // Keeps every byte, so that text() can choose.
      reader.setDefaultQuotedPrintableCharset(StandardCharsets.ISO_8859_1);
      reader.parse(new VCardBook(book, blankLines));
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  @Override
  public void onComponentBegin(String name, Context context) {
    inBinary = false;
    if (name.equals("VCARD")) {
      if (!afterAgent) {
        // What is still open lost its END.
        open.clear();
      }
      afterAgent = false;
      open.push(book.startContact());
    }
  }

  @Override
  public void onComponentEnd(String name, Context context) {
    inBinary = false;
    if (name.equals("VCARD")) {
      open.poll();
    }
  }

  @Override
  public void onProperty(VObjectProperty property, Context context) {
    String name = property.getName().strip().toUpperCase(Locale.ROOT);
    inBinary = BINARY.contains(name) || isBase64(property.getParameters());
    if (inBinary) {
      return;
    }
    afterAgent = name.equals("AGENT");
    switch (name) {
      case "FN" -> card().name(FORMATTED_NAME, unescaped(property));
      case "N" -> card().name(STRUCTURED_NAME, structuredName(text(property)));
      case "NICKNAME" -> card().name(NICKNAME, unescaped(property));
      case "ORG" -> card().name(ORGANISATION, organisation(text(property)));
      case "TEL", "X-MS-TEL", "EMAIL" -> card().identifier(line(context), unescaped(property));
      default -> {}
    }
  }

  @Override
  public void onWarning(
      Warning warning,
      @Nullable VObjectProperty property,
      @Nullable Exception thrown,
      Context context) {
    switch (warning) {
      case MALFORMED_LINE -> {
        if (!inBinary) {
          book.skip(line(context), "this is not a line of a vCard");
        }
      }
      case UNMATCHED_END -> open.poll();
      // What has such a defect is still passed on as it is, and judged by what it says.
      default -> {}
    }
  }

  private int line(Context context) {
    return firstLine + context.getLineNumber();
  }

  /** The card a line belongs to; lines whose card lost its BEGIN make one of their own. */
  private Entry card() {
    Entry card = open.peek();
    if (card == null) {
      card = book.startContact();
      open.push(card);
    }
    return card;
  }

  private static boolean isBase64(VObjectParameters parameters) {
    return List.of("B", "BASE64").stream()
        .anyMatch(
            encoding ->
                contains(parameters.get("ENCODING"), encoding)
                    || contains(parameters.get(null), encoding));
  }

  private static boolean contains(@Nullable List<String> values, String wanted) {
    return values != null && values.stream().anyMatch(wanted::equalsIgnoreCase);
  }

  /**
   * The value in the encoding it names. Quoted-printable without a usable name is UTF-8 if it can
   * be, else what old phones wrote.
   */
  private static String text(VObjectProperty property) {
    Charset named = charset(property.getParameters().first("CHARSET"));
    if (property.getParameters().isQuotedPrintable()) {
      return named == null
          ? FileText.inCharset(property.getValue(), StandardCharsets.UTF_8)
          : property.getValue();
    }
    return named == null ? property.getValue() : FileText.inCharset(property.getValue(), named);
  }

  private static @Nullable Charset charset(@Nullable String name) {
    try {
      return name == null ? null : Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  private static String unescaped(VObjectProperty property) {
    return VObjectPropertyValues.unescape(text(property));
  }

  /** Family, given, additional, prefixes, suffixes (RFC 6350, section 6.2.2). */
  private static String structuredName(String value) {
    List<List<String>> parts = VObjectPropertyValues.parseStructured(value);
    return DisplayName.of(
        part(parts, 3), part(parts, 1), part(parts, 2), part(parts, 0), part(parts, 4));
  }

  private static String organisation(String value) {
    return part(VObjectPropertyValues.parseStructured(value), 0);
  }

  private static String part(List<List<String>> parts, int index) {
    return index < parts.size() ? DisplayName.joined(parts.get(index).stream()) : "";
  }
}
