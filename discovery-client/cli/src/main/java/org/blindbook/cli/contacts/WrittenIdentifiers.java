package org.blindbook.cli.contacts;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.IdentifierException;

/**
 * Turns what people write into a phone or e-mail field into identifiers. Phone numbers become
 * international here; the canonical form of everything is the core's.
 */
public final class WrittenIdentifiers {
  /** Where one field holds several values for sure; Google writes the colons. */
  private static final Pattern VALUES = Pattern.compile(":::|[\\r\\n]+");

  /** Where a field may hold several values. */
  private static final Pattern LIST = Pattern.compile(" *[,;|/&] +| +[,;|/&] *|;|\\|");

  /** E-mail addresses and usernames, also with the at sign of East Asian keyboards. */
  private static final Pattern NOT_A_NUMBER =
      Pattern.compile("[@\\uFF20]|^username:", Pattern.CASE_INSENSITIVE);

  private static final Pattern ADDRESS_IN_BRACKETS = Pattern.compile("[^<>]*<([^<>]*@[^<>]*)>.*");

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
   * @throws AddressBookException when no phone numbers of that region are known
   */
  public static WrittenIdentifiers dialledIn(String region) throws AddressBookException {
    String written = region.strip().toUpperCase(Locale.ROOT);
    String code = written.equals("UK") ? "GB" : written;
    if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(code)) {
      throw new AddressBookException(
          "The region is not known: give the two letters of a country, such as DE or US.");
    }
    return new WrittenIdentifiers(new WrittenPhoneNumbers(code));
  }

  /**
   * The identifiers in one field: usually one, none when it is blank.
   *
   * @throws UnreadableException when any part of the field is no identifier
   */
  List<Identifier> read(String field) throws UnreadableException {
    String[] values = VALUES.split(field);
    try {
      return values(values);
    } catch (UnreadableException e) {
      if (values.length < 2) {
        throw e;
      }
      try {
        return values(field);
      } catch (UnreadableException wholeIsNone) {
        throw e;
      }
    }
  }

  private List<Identifier> values(String... written) throws UnreadableException {
    List<Identifier> found = new ArrayList<>();
    for (String text : written) {
      String value = visible(text);
      if (!value.isEmpty()) {
        found.addAll(NOT_A_NUMBER.matcher(value).find() ? addresses(value) : phoneNumbers(value));
      }
    }
    return found;
  }

  /** A list first: as a whole, its second number could pass for an extension of the first. */
  private List<Identifier> phoneNumbers(String value) throws UnreadableException {
    List<String> parts = List.of(LIST.split(value));
    try {
      return all(parts, phoneNumbers::read);
    } catch (UnreadableException e) {
      if (parts.size() < 2) {
        throw e;
      }
      try {
        return List.of(phoneNumbers.read(value));
      } catch (UnreadableException wholeIsNone) {
        throw e;
      }
    }
  }

  /** The whole first: a comma may stand in the name before an address in brackets. */
  private static List<Identifier> addresses(String value) throws UnreadableException {
    try {
      return List.of(address(value));
    } catch (UnreadableException e) {
      try {
        return all(List.of(LIST.split(value)), WrittenIdentifiers::address);
      } catch (UnreadableException listIsNone) {
        throw e;
      }
    }
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

  private static List<Identifier> all(List<String> parts, Reader reader)
      throws UnreadableException {
    List<Identifier> all = new ArrayList<>();
    for (String part : parts) {
      if (!part.isBlank()) {
        all.add(reader.read(part.strip()));
      }
    }
    return all;
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
