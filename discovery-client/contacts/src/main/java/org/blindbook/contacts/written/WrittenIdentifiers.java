package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;

/**
 * Turns what people write into a phone or e-mail field into identifiers. Phone numbers become
 * international here; the canonical form of everything is the core's.
 */
public final class WrittenIdentifiers {
  /** Where one field holds several values for sure; Google writes the colons. */
  private static final Pattern VALUES = Pattern.compile(":::|[\\r\\n]+");

  /** Where a value may be a list. */
  private static final Pattern LIST = Pattern.compile(" *[,;|/&] +| +[,;|/&] *|;|\\|");

  private static final Pattern ADDRESS_LIST = Pattern.compile("[,;| ]+");

  /** E-mail addresses and usernames, also with the at sign of East Asian keyboards. */
  private static final Pattern NOT_A_NUMBER =
      Pattern.compile("[@\\uFF20]|^username:", Pattern.CASE_INSENSITIVE);

  private static final Pattern ADDRESS_IN_BRACKETS =
      Pattern.compile("[^<>]*<([^<>]*@[^<>]*)>[^<>@]*");

  private final WrittenPhoneNumbers phoneNumbers;

  private WrittenIdentifiers(WrittenPhoneNumbers phoneNumbers) {
    this.phoneNumbers = phoneNumbers;
  }

  /** Understands phone numbers in international form only. */
  public static WrittenIdentifiers international() {
    return new WrittenIdentifiers(new WrittenPhoneNumbers(null));
  }

  /**
   * Understands national phone numbers as dialled in a region, too.
   *
   * @param region ISO 3166-1 alpha-2, in any case; UK will do for GB
   * @throws UnknownRegionException when no phone numbers of that region are known
   */
  public static WrittenIdentifiers dialledIn(String region) throws UnknownRegionException {
    String written = region.strip().toUpperCase(Locale.ROOT);
    String code = written.equals("UK") ? "GB" : written;
    if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(code)) {
      throw new UnknownRegionException();
    }
    return new WrittenIdentifiers(new WrittenPhoneNumbers(code));
  }

  /**
   * What one field holds: usually one identifier.
   *
   * @param found in their order
   * @param problems reasons for parts that could not be read, without any of their text
   */
  public record Reading(List<Identifier> found, List<String> problems) {
    public boolean isComplete() {
      return problems.isEmpty();
    }
  }

  /** Reads a field. A part that cannot be read does not take the others with it. */
  public Reading read(String field) {
    String[] values = VALUES.split(field);
    Reading each = each(values, this::value);
    if (each.found().isEmpty() && values.length > 1) {
      Reading whole = value(field);
      return whole.isComplete() ? whole : each;
    }
    return each;
  }

  private Reading value(String written) {
    String value = visible(written);
    if (value.isEmpty()) {
      return new Reading(List.of(), List.of());
    }
    return NOT_A_NUMBER.matcher(value).find() ? addresses(value) : phoneNumbers(value);
  }

  /**
   * A list first: as a whole, its second number could pass for an extension of the first. If only
   * something short could not be read, it may be an extension indeed.
   */
  private Reading phoneNumbers(String value) {
    String[] parts = LIST.split(value);
    Reading list = each(parts, part -> one(part, phoneNumbers::read));
    long numbers = Arrays.stream(parts).filter(WrittenPhoneNumbers::isLong).count();
    if (list.isComplete() || (!list.found().isEmpty() && list.found().size() < numbers)) {
      return list;
    }
    Reading whole = one(value, phoneNumbers::read);
    return whole.isComplete() ? whole : list;
  }

  /** The whole first: a comma may stand in the name before an address in brackets. */
  private static Reading addresses(String value) {
    Reading whole = one(value, WrittenIdentifiers::address);
    if (whole.isComplete()) {
      return whole;
    }
    String[] parts = ADDRESS_LIST.split(value);
    if (!Arrays.stream(parts).allMatch(part -> part.contains("@"))) {
      parts = LIST.split(value);
    }
    Reading list = each(parts, part -> one(part, WrittenIdentifiers::address));
    return list.found().isEmpty() ? whole : list;
  }

  private static Identifier address(String value) throws UnreadableException {
    Matcher brackets = ADDRESS_IN_BRACKETS.matcher(value);
    try {
      return Identifier.parse(brackets.matches() ? brackets.group(1) : value);
    } catch (IdentifierException e) {
      throw new UnreadableException(e.reason());
    }
  }

  private interface Reader {
    Identifier read(String value) throws UnreadableException;
  }

  private static Reading one(String value, Reader reader) {
    if (value.isBlank()) {
      return new Reading(List.of(), List.of());
    }
    try {
      return new Reading(List.of(reader.read(value.strip())), List.of());
    } catch (UnreadableException e) {
      return new Reading(List.of(), List.of(e.reason()));
    }
  }

  /** All that is in some parts. When that is nothing, one problem is enough to say so. */
  private static Reading each(String[] parts, Function<String, Reading> reader) {
    List<Identifier> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String part : parts) {
      Reading reading = reader.apply(part);
      found.addAll(reading.found());
      problems.addAll(reading.problems());
    }
    boolean nothing = found.isEmpty() && !problems.isEmpty();
    return new Reading(found, nothing ? problems.subList(0, 1) : problems);
  }

  /** Without marks that only steer the writing direction, in one line. */
  private static String visible(String written) {
    StringBuilder visible = new StringBuilder();
    written
        .codePoints()
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .map(c -> Character.isSpaceChar(c) || Character.isWhitespace(c) ? ' ' : c)
        .forEach(visible::appendCodePoint);
    String value = visible.toString().strip();
    // A spreadsheet keeps a leading plus as text behind an apostrophe.
    return value.startsWith("'") ? value.substring(1).strip() : value;
  }
}
