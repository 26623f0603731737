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
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.blindbook.contacts.Field.Content;
import org.jspecify.annotations.Nullable;

/**
 * vCard 2.1, 3.0 and 4.0 (RFC 6350). Every TEL and EMAIL of a card is read, and the TEL that
 * Outlook writes under a name of its own; instant messengers' addresses and other extensions are
 * not identifiers here and are passed over.
 */
final class VCardBook extends VObjectDataAdapter implements BookReader {
  /** Names by quality: as the user sees it, from parts, a nickname, a company. */
  private static final int FORMATTED_NAME = 0;

  private static final int STRUCTURED_NAME = 1;
  private static final int NICKNAME = 2;
  private static final int ORGANISATION = 3;

  private static final int ADDRESS_PARTS = 7;

  /** What is read of the properties that are. */
  static final Map<String, Content> READ =
      Map.of(
          "FN", Content.NAMES,
          "N", Content.NAMES,
          "NICKNAME", Content.NAMES,
          "ORG", Content.NAMES,
          "TEL", Content.PHONE_NUMBERS,
          "X-MS-TEL", Content.PHONE_NUMBERS,
          "EMAIL", Content.EMAIL_ADDRESSES);

  private final BookFile file;

  /** Cards not ended yet: one, or more where an AGENT line of vCard 2.1 holds another card. */
  private final Deque<Entry> open = new ArrayDeque<>();

  private boolean afterAgent;

  @SuppressWarnings("NullAway.Init") // read() sets both
  private AddressBookBuilder book;

  @SuppressWarnings("NullAway.Init")
  private VCardLines lines;

  VCardBook(BookFile file) {
    this.file = file;
  }

  @Override
  public void read(AddressBookBuilder into) throws IOException {
    book = into;
    lines =
        new VCardLines(file.lines(), line -> into.skip(line, "this text is outside of any card"));
    try (VObjectReader reader = new VObjectReader(lines, SyntaxRules.vcard())) {
      // Keeps every byte, so that text() can choose.
      reader.setDefaultQuotedPrintableCharset(StandardCharsets.ISO_8859_1);
      reader.parse(this);
    }
  }

  @Override
  public void onComponentBegin(String name, Context context) {
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
    if (name.equals("VCARD")) {
      open.poll();
    }
  }

  @Override
  public void onProperty(VObjectProperty property, Context context) {
    String name = property.getName().strip().toUpperCase(Locale.ROOT);
    afterAgent = name.equals("AGENT");
    Content content = READ.getOrDefault(name, Content.NOT_READ);
    book.field(name, content);
    Entry known = open.peek();
    if (name.equals("ADR") && known != null) {
      known.livesIn(country(text(property)));
    }
    if (content == Content.NOT_READ) {
      return;
    }
    Entry card = card();
    String text = text(property);
    if (text == null) {
      card.skip(line(context), name, "this value is not base64");
      return;
    }
    switch (name) {
      case "FN" -> card.name(FORMATTED_NAME, VObjectPropertyValues.unescape(text));
      case "N" -> card.name(STRUCTURED_NAME, structuredName(text));
      case "NICKNAME" -> card.name(NICKNAME, VObjectPropertyValues.unescape(text));
      case "ORG" -> card.name(ORGANISATION, organisation(text));
      default -> card.identifier(line(context), name, VObjectPropertyValues.unescape(text));
    }
  }

  @Override
  public void onWarning(
      Warning warning,
      @Nullable VObjectProperty property,
      @Nullable Exception thrown,
      Context context) {
    switch (warning) {
      case MALFORMED_LINE -> book.skip(line(context), "this is not a line of a vCard");
      case UNMATCHED_END -> open.poll();
      // What has such a defect is still passed on as it is, and judged by what it says.
      default -> {}
    }
  }

  private int line(Context context) {
    return lines.numberInFile(context.getLineNumber());
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
   * The value in the encoding it names, or null if it is not in it. Quoted-printable without a
   * usable name is UTF-8 if it can be, else what old phones wrote.
   */
  private static @Nullable String text(VObjectProperty property) {
    Charset named = charset(property.getParameters().first("CHARSET"));
    if (isBase64(property.getParameters())) {
      return decoded(property.getValue(), named);
    }
    if (property.getParameters().isQuotedPrintable()) {
      return named == null
          ? FileText.inCharset(property.getValue(), StandardCharsets.UTF_8)
          : property.getValue();
    }
    return named == null ? property.getValue() : FileText.inCharset(property.getValue(), named);
  }

  private static @Nullable String decoded(String base64, @Nullable Charset named) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("\\s+", ""));
      return named == null
          ? FileText.decode(new String(bytes, StandardCharsets.ISO_8859_1))
          : new String(bytes, named);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Charset charset(@Nullable String name) {
    try {
      return name == null ? null : Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  /** Family, given, additional, prefixes, suffixes (RFC 6350, section 6.2.2). */
  private static String structuredName(String value) {
    List<List<String>> parts = VObjectPropertyValues.parseStructured(value);
    return DisplayName.of(
        part(parts, 3), part(parts, 1), part(parts, 2), part(parts, 0), part(parts, 4));
  }

  /** The last of seven parts of an address (RFC 6350, section 6.3.1). */
  private static String country(@Nullable String address) {
    long parts = address == null ? 0 : address.chars().filter(c -> c == ';').count();
    return address == null || parts < ADDRESS_PARTS - 1
        ? ""
        : VObjectPropertyValues.unescape(address.substring(address.lastIndexOf(';') + 1));
  }

  private static String organisation(String value) {
    return part(VObjectPropertyValues.parseStructured(value), 0);
  }

  private static String part(List<List<String>> parts, int index) {
    return index < parts.size() ? DisplayName.joined(parts.get(index).stream()) : "";
  }
}
