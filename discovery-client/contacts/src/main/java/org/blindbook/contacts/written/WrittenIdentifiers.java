package org.blindbook.contacts.written;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.blindbook.edge.identifier.Identifier;

/**
 * Turns what people write into a phone or e-mail field into identifiers. Phone numbers become
 * international here; the canonical form of everything is the core's.
 */
public final class WrittenIdentifiers {
  /** Where one field holds several values for sure; Google writes the colons. */
  private static final Pattern VALUES = Pattern.compile(":::|[\\r\\n]+");

  /** E-mail addresses and usernames, also with the at sign of East Asian keyboards. */
  private static final Pattern NOT_A_NUMBER = Pattern.compile("(?i)[@\\uFF20]|^username:");

  /** How many sets of regions are kept; each takes a moment to prepare. */
  private static final int MAX_ELSEWHERE = 1_000;

  private final WrittenPhoneNumbers phoneNumbers;
  private final Map<Set<String>, WrittenIdentifiers> elsewhere = new ConcurrentHashMap<>();

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
   * Understands national numbers of somebody who lives elsewhere: as dialled there or here, and
   * neither if both would be a number.
   *
   * @param regions where somebody lives: ISO 3166-1 alpha-2; none is like here
   */
  public WrittenIdentifiers alsoDialledIn(Set<String> regions) {
    if (phoneNumbers.areDialledIn(regions)) {
      return this;
    }
    WrittenIdentifiers known = elsewhere.get(regions);
    if (known == null) {
      known = new WrittenIdentifiers(phoneNumbers.alsoDialledIn(regions));
      if (elsewhere.size() < MAX_ELSEWHERE) {
        elsewhere.putIfAbsent(Set.copyOf(regions), known);
      }
    }
    return known;
  }

  /**
   * What one field holds: usually one identifier.
   *
   * @param found in their order
   * @param problems reasons for parts that could not be read, without any of their text
   */
  public record Reading(List<Identifier> found, List<String> problems) {
    static final Reading NOTHING = new Reading(List.of(), List.of());

    static Reading problem(String reason) {
      return new Reading(List.of(), List.of(reason));
    }

    /** All that is in some parts. When that is nothing, one problem is enough to say so. */
    static Reading of(List<Reading> parts) {
      Set<Identifier> found = new LinkedHashSet<>();
      List<String> problems = new ArrayList<>();
      for (Reading part : parts) {
        found.addAll(part.found());
        problems.addAll(part.problems());
      }
      boolean nothing = found.isEmpty() && !problems.isEmpty();
      return new Reading(List.copyOf(found), nothing ? problems.subList(0, 1) : problems);
    }

    public boolean isComplete() {
      return problems.isEmpty();
    }
  }

  /** Reads a field. A part that cannot be read does not take the others with it. */
  public Reading read(String field) {
    if (isPlain(field)) {
      return Reading.of(List.of(value(field)));
    }
    String[] values = VALUES.split(field);
    List<Reading> readings = new ArrayList<>();
    for (String value : values) {
      readings.add(value(value));
    }
    Reading each = Reading.of(readings);
    if (each.found().isEmpty() && values.length > 1) {
      Reading whole = value(field);
      return whole.isComplete() ? whole : each;
    }
    return each;
  }

  /** As nearly all fields are: ASCII without a colon or a line break. */
  private static boolean isPlain(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c < ' ' || c > '~' || c == ':') {
        return false;
      }
    }
    return true;
  }

  private Reading value(String written) {
    String value = visible(written);
    if (value.isEmpty()) {
      return Reading.NOTHING;
    }
    if (isPlain(value) && value.indexOf('@') < 0) {
      return phoneNumbers.read(value);
    }
    return NOT_A_NUMBER.matcher(value).find()
        ? WrittenAddresses.read(value.replace('\uFF20', '@'), phoneNumbers::readBesideOthers)
        : phoneNumbers.read(value);
  }

  /** Without marks that only steer the writing direction, in one line. */
  private static String visible(String written) {
    String value = (isPlain(written) ? written : withoutFormat(written)).strip();
    // A spreadsheet keeps a leading plus as text behind an apostrophe.
    return value.startsWith("'") ? value.substring(1).strip() : value;
  }

  private static String withoutFormat(String written) {
    StringBuilder visible = new StringBuilder();
    written
        .codePoints()
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .map(c -> Character.isSpaceChar(c) || Character.isWhitespace(c) ? ' ' : c)
        .forEach(visible::appendCodePoint);
    return visible.toString();
  }
}
