package org.blindbook.contacts;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.util.Arrays;
import java.util.List;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Contact lists in CSV with a header, as Google, Outlook and others write them. A row whose quotes
 * do not match is skipped alone: the reader finds where each row ends by itself, since a parser of
 * the whole file would take the rest of it for one field.
 */
final class CsvBook {
  /** A quoted field with more lines than this is a quote that nobody closed. */
  private static final int MAX_LINES = 500;

  private final String[] lines;
  private final int header;
  private final char separator;
  private final CsvColumns columns;

  private CsvBook(String[] lines, int header, char separator, CsvColumns columns) {
    this.lines = lines;
    this.header = header;
    this.separator = separator;
    this.columns = columns;
  }

  /** The book, if its first line with text is a header with a phone or e-mail column. */
  static @Nullable CsvBook recognise(String text) {
    String[] lines = FileText.lines(text);
    int header = 0;
    // Excel may name its separator in a line of its own.
    while (header < lines.length
        && (lines[header].isBlank() || lines[header].matches("(?i)\"?sep=.?\"?"))) {
      header++;
    }
    if (header == lines.length) {
      return null;
    }
    for (char separator : new char[] {',', ';', '\t'}) {
      List<String> names = fields(lines[header], separator);
      CsvColumns columns = names == null ? null : CsvColumns.of(names);
      if (columns != null) {
        return new CsvBook(lines, header, separator, columns);
      }
    }
    return null;
  }

  void readInto(AddressBookBuilder book) {
    int next = header + 1;
    while (next < lines.length) {
      int start = next;
      int end = endOfRow(start);
      List<String> row = null;
      if (end > 0) {
        row = fields(String.join("\n", Arrays.asList(lines).subList(start, end)), separator);
      }
      if (row == null) {
        book.skip(start + 1, "the quotes of this row do not match");
        next = start + 1;
        continue;
      }
      if (!lines[start].isBlank() || end > start + 1) {
        read(row, start + 1, book);
      }
      next = end;
    }
  }

  private void read(List<String> row, int line, AddressBookBuilder book) {
    Entry contact = book.startContact();
    columns.names(row, contact);
    for (String value : columns.identifiers(row)) {
      contact.identifier(line, value);
    }
  }

  /** The line after the row's last one, or 0 when a quote stays open. */
  private int endOfRow(int start) {
    boolean quoted = false;
    for (int i = start; i < lines.length && i < start + MAX_LINES; i++) {
      quoted = endsQuoted(lines[i], quoted);
      if (!quoted) {
        return i + 1;
      }
    }
    return 0;
  }

  /** A quote opens a field only at its start; elsewhere it is text, such as inches. */
  private boolean endsQuoted(String line, boolean startsQuoted) {
    boolean quoted = startsQuoted;
    boolean fieldStart = !startsQuoted;
    boolean justClosed = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        boolean closes = quoted;
        quoted = !closes && (fieldStart || justClosed);
        justClosed = closes;
        fieldStart = false;
      } else if (!quoted && c == separator) {
        fieldStart = true;
        justClosed = false;
      } else {
        fieldStart &= c == ' ';
        justClosed = false;
      }
    }
    return quoted;
  }

  private static @Nullable List<String> fields(String row, char separator) {
    if (row.isBlank()) {
      return List.of();
    }
    try {
      return CsvReader.builder()
          .fieldSeparator(separator)
          .trimWhitespacesAroundQuotes(true)
          .ofSingleCsvRecord(row)
          .getFields();
    } catch (CsvParseException e) {
      return null;
    }
  }
}
