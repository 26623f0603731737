package org.blindbook.contacts;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file with a separator between fields, blank lines left out. A row whose quotes do
 * not match comes alone: the reader finds where each row ends by itself, since a parser of the
 * whole file would take the rest of it for one field.
 */
final class CsvRows implements Closeable {
  /** A quoted field with more lines than this is a quote that nobody closed. */
  private static final int MAX_LINES = 500;

  /**
   * @param line the one the row starts on
   * @param fields null if its quotes do not match
   */
  record Row(int line, @Nullable List<String> fields) {
    int width() {
      return fields == null ? 0 : fields.size();
    }

    /** The field of a column; blank where the row ends before it. */
    String field(int column) {
      return fields == null || column >= fields.size() ? "" : fields.get(column);
    }
  }

  private final TextLines lines;
  private final char separator;

  /** Lines read to find the end of a row, but not returned yet. */
  private final Deque<String> ahead = new ArrayDeque<>();

  private int number;

  CsvRows(TextLines lines, char separator) {
    this.lines = lines;
    this.separator = separator;
  }

  @Nullable Row next() throws IOException {
    while (true) {
      if (!fill(1)) {
        return null;
      }
      if (!ahead.getFirst().isBlank()) {
        break;
      }
      ahead.removeFirst();
      number++;
    }
    int start = number + 1;
    int length = lengthOfRow();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.max(1, length); i++) {
      text.append(i == 0 ? "" : "\n").append(ahead.removeFirst());
      number++;
    }
    return new Row(start, length == 0 ? null : fields(text.toString(), separator));
  }

  private boolean fill(int count) throws IOException {
    while (ahead.size() < count) {
      String line = lines.next();
      if (line == null) {
        return false;
      }
      ahead.addLast(line);
    }
    return true;
  }

  /** How many lines the row has, or 0 when a quote stays open. */
  private int lengthOfRow() throws IOException {
    boolean quoted = false;
    int length = 0;
    Iterator<String> known = ahead.iterator();
    while (length < MAX_LINES) {
      String line;
      if (known.hasNext()) {
        line = known.next();
      } else if (fill(length + 1)) {
        line = ahead.getLast();
      } else {
        return 0;
      }
      length++;
      quoted = endsQuoted(line, quoted);
      if (!quoted) {
        return length;
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

  /** The fields of one row, or null if its quotes do not match. */
  static @Nullable List<String> fields(String row, char separator) {
    if (row.indexOf('"') < 0) {
      return List.of(row.split(separator == '|' ? "\\|" : String.valueOf(separator), -1));
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

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
