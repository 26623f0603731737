package org.blindbook.contacts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.blindbook.contacts.CsvRows.Row;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.HeaderWords.Meaning;
import org.blindbook.contacts.HeaderWords.NamePart;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a table holds what: by the words of its header, and where they say nothing by
 * what its values look like. A header that says something else keeps its column from being taken
 * for phone numbers, however they look.
 */
final class CsvColumns {
  /** Tenths of the values that have to look alike. */
  private static final int MOST = 7;

  /** In a table with few columns, plain digits are enough for a phone number. */
  private static final int FEW_COLUMNS = 3;

  /** Numbers closer together than this on average are counted, not dialled. */
  private static final int COUNTED_STEP = 1_000;

  private static final int COUNTED_MIN = 3;

  /** Longer numbers that are close together are of one exchange. */
  private static final long MAX_COUNTED = 999_999_999;

  private static final Set<Meaning> NO_TELEPHONE =
      EnumSet.of(Meaning.OTHER, Meaning.IDENTITY, Meaning.ABBREVIATION, Meaning.COUNTRY);

  private static final Pattern CODE = Pattern.compile("\\+?\\p{Nd}{1,5}");

  private final boolean withoutHeader;
  private final List<Column> columns = new ArrayList<>();
  private final List<Column> codes;
  private final List<Column> countries;
  private final Map<NamePart, Column> names = new EnumMap<>(NamePart.class);

  /** One column, and what its values look like so far. */
  private static final class Column {
    final int index;
    final String title;
    final Set<Meaning> says;
    final Set<NamePart> parts;
    final Map<ValueLooks, Integer> looks = new EnumMap<>(ValueLooks.class);
    int shortNumbers;
    long least = Long.MAX_VALUE;
    long most;
    Content content = Content.NOT_READ;

    Column(int index, @Nullable String header) {
      this.index = index;
      this.title = header == null || header.isBlank() ? "column " + (index + 1) : header.strip();
      this.says = header == null ? Set.of() : HeaderWords.meanings(header);
      this.parts = header == null ? Set.of() : HeaderWords.nameParts(header);
    }

    void observe(String value) {
      ValueLooks look = ValueLooks.of(value);
      if (look == ValueLooks.BLANK) {
        return;
      }
      looks.merge(look, 1, Integer::sum);
      shortNumbers += ValueLooks.isShortNumber(value) ? 1 : 0;
      if (look == ValueLooks.DIGITS) {
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
          if (Character.isDigit(value.charAt(i))) {
            number = number * 10 + Character.digit(value.charAt(i), 10);
          }
        }
        least = Math.min(least, number);
        most = Math.max(most, number);
      }
    }

    private int values() {
      return looks.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int count(ValueLooks look) {
      return looks.getOrDefault(look, 0);
    }

    private boolean mostly(int count) {
      return count > 0 && count * 10 >= values() * MOST;
    }

    private boolean isCounted() {
      int digits = count(ValueLooks.DIGITS);
      return digits >= COUNTED_MIN
          && most <= MAX_COUNTED
          && most - least < (long) COUNTED_STEP * digits;
    }

    private boolean looksLikePhoneNumbers(boolean digitsWillDo) {
      return mostly(count(ValueLooks.PHONE))
          || (digitsWillDo
              && !isCounted()
              && mostlyOfLongOnes(count(ValueLooks.PHONE) + count(ValueLooks.DIGITS)));
    }

    /** Operators put short numbers and codes of theirs beside people's: *86, 911, 10086. */
    private boolean mostlyOfLongOnes(int count) {
      return count > 0 && count * 10 >= (values() - shortNumbers) * MOST;
    }

    Content judged() {
      if (says.contains(Meaning.DESCRIBES) || says.contains(Meaning.CODE)) {
        return Content.NOT_READ;
      }
      if (says.contains(Meaning.PHONE)) {
        return Content.PHONE_NUMBERS;
      }
      if (says.contains(Meaning.MAIL) || mostly(count(ValueLooks.MAIL))) {
        return Content.EMAIL_ADDRESSES;
      }
      boolean perhaps = says.contains(Meaning.PERHAPS) || says.contains(Meaning.NUMBER);
      boolean elsewhere =
          !Collections.disjoint(says, NO_TELEPHONE) || (!parts.isEmpty() && !perhaps);
      return !elsewhere && looksLikePhoneNumbers(perhaps)
          ? Content.PHONE_NUMBERS
          : Content.NOT_READ;
    }

    /** A country's code may be letters of ISO, too. */
    boolean namesCountries() {
      return says.contains(Meaning.COUNTRY) || says.contains(Meaning.CODE);
    }

    boolean isSilent() {
      return says.isEmpty() && parts.isEmpty();
    }
  }

  CsvColumns(CsvShape shape) {
    withoutHeader = shape.header().isEmpty();
    for (int i = 0; i < shape.width(); i++) {
      columns.add(new Column(i, i < shape.header().size() ? shape.header().get(i) : null));
    }
    codes = columns.stream().filter(column -> column.says.contains(Meaning.CODE)).toList();
    countries = columns.stream().filter(Column::namesCountries).toList();
  }

  /** Looks at the values of a row. */
  void observe(Row row) {
    for (Column column : columns) {
      column.observe(row.field(column.index));
    }
  }

  /** Decides, after all rows were observed. */
  void judge() {
    columns.forEach(column -> column.content = column.judged());
    boolean anyPhone = columns.stream().anyMatch(c -> c.content == Content.PHONE_NUMBERS);
    if (!anyPhone && columns.size() <= FEW_COLUMNS) {
      columns.stream()
          .filter(c -> c.isSilent() && c.content == Content.NOT_READ)
          .filter(c -> c.looksLikePhoneNumbers(true))
          .findFirst()
          .ifPresent(c -> c.content = Content.PHONE_NUMBERS);
    }
    List<Column> rest = columns.stream().filter(c -> c.content == Content.NOT_READ).toList();
    // "Презиме" is a family name in one language and a middle name in another: whose header has
    // one meaning only goes first.
    rest.stream().filter(c -> c.parts.size() == 1).forEach(this::takeName);
    rest.stream().filter(c -> c.parts.size() > 1).forEach(this::takeName);
    if (names.isEmpty()) {
      rest.stream()
          .filter(c -> c.isSilent() && 2 * c.count(ValueLooks.WORDS) >= c.values())
          .findFirst()
          .ifPresent(c -> name(NamePart.FULL, c));
    }
  }

  private void takeName(Column column) {
    column.parts.stream()
        .filter(part -> !names.containsKey(part))
        .findFirst()
        .ifPresent(part -> name(part, column));
  }

  private void name(NamePart part, Column column) {
    names.put(part, column);
    column.content = Content.NAMES;
  }

  boolean findsIdentifiers() {
    return columns.stream().anyMatch(CsvColumns::holdsIdentifiers);
  }

  private static boolean holdsIdentifiers(Column column) {
    return EnumSet.of(Content.PHONE_NUMBERS, Content.EMAIL_ADDRESSES).contains(column.content);
  }

  /** Rows without a header need not have the same in each column: name or address, number. */
  private static boolean isIdentifier(String value) {
    ValueLooks looks = ValueLooks.of(value);
    return looks == ValueLooks.MAIL || looks == ValueLooks.PHONE;
  }

  private static boolean mayHoldIdentifier(String value) {
    return value.contains("@") || ValueLooks.mayHoldNumber(value);
  }

  void report(AddressBookBuilder book) {
    columns.forEach(column -> book.field(column.title, column.content));
  }

  void read(Row row, Entry contact) {
    readName(row, contact);
    boolean isEmpty = true;
    String code = code(row);
    countries.forEach(column -> contact.livesIn(row.field(column.index)));
    for (Column column : columns) {
      String value = row.field(column.index);
      if (column.content == Content.PHONE_NUMBERS && !code.isEmpty() && !value.isBlank()) {
        readBehindCode(code, value, row, column, contact);
        isEmpty = false;
      } else if (holdsIdentifiers(column) || (withoutHeader && isIdentifier(value))) {
        contact.identifier(row.line(), column.title, value);
        isEmpty &= value.isBlank();
      }
    }
    if (withoutHeader && isEmpty) {
      contact.skip(row.line(), "", "no part of this row looks like a phone number or an address");
    }
    boolean isNoRow = row.width() == 1 && columns.size() > 1;
    if (!withoutHeader && isEmpty && isNoRow && mayHoldIdentifier(row.field(0))) {
      contact.skip(row.line(), "", "this is no row of the table");
    }
  }

  /** The country or area code that a row has in a column of its own, or nothing. */
  private String code(Row row) {
    return codes.stream()
        .map(column -> row.field(column.index).strip())
        .filter(value -> CODE.matcher(value).matches())
        .findFirst()
        .orElse("");
  }

  private static void readBehindCode(
      String code, String value, Row row, Column column, Entry contact) {
    String number = value.strip();
    boolean isCountry = code.startsWith("+") || code.startsWith("00");
    if (number.startsWith("+") || number.startsWith("00")) {
      contact.identifier(row.line(), column.title, number);
    } else if (isCountry || (number.startsWith("0") && !code.startsWith("0"))) {
      // Whether the number's zero is dialled behind a country code is known where it is read.
      contact.identifier(
          row.line(), column.title, "+" + code.replaceFirst("^(?:\\+|00)", "") + " " + number);
    } else if (code.startsWith("0")) {
      contact.identifier(
          row.line(), column.title, number.startsWith("0") ? number : code + " " + number);
    } else {
      contact.skip(
          row.line(),
          column.title,
          "its country or area code is in another column: write them in one, with a plus");
    }
  }

  private void readName(Row row, Entry contact) {
    boolean onlyFamilyName =
        names.containsKey(NamePart.GIVEN) && !names.containsKey(NamePart.FAMILY);
    // "Name, Vorname, Telefon": beside a column of given names, a bare name is the family's.
    String family = field(row, onlyFamilyName ? NamePart.FULL : NamePart.FAMILY);
    if (!onlyFamilyName) {
      contact.name(0, field(row, NamePart.FULL));
    }
    contact.name(
        1,
        DisplayName.of(
            field(row, NamePart.PREFIX),
            field(row, NamePart.GIVEN),
            field(row, NamePart.MIDDLE),
            family,
            field(row, NamePart.SUFFIX)));
    contact.name(2, field(row, NamePart.NICKNAME));
    contact.name(3, field(row, NamePart.ORGANISATION));
  }

  private String field(Row row, NamePart part) {
    Column column = names.get(part);
    return column == null ? "" : row.field(column.index);
  }
}
