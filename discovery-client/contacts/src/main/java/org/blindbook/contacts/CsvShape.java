package org.blindbook.contacts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.blindbook.contacts.CsvRows.Row;
import org.blindbook.contacts.HeaderWords.Meaning;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written: the separator is the one that splits the header and the rows into equally
 * many columns, and the most of them. Lines of notes may stand before the header.
 *
 * @param headerLine where the header is; 0 if the rows begin at once
 * @param header its fields; empty if there is none
 * @param certainty whether the header leaves no doubt that this is an address book
 */
record CsvShape(
    char separator,
    int headerLine,
    List<String> header,
    int width,
    Certainty certainty,
    int share) {
  enum Certainty {
    /** Rows of equally many fields. */
    ROWS,
    /** The header says something that headers say. */
    HEADER,
    /** The header says phone or e-mail. */
    CONTACTS
  }

  private static final char[] SEPARATORS = {',', ';', '\t', '|'};

  /** How many rows are looked at. */
  private static final int SAMPLE = 200;

  /** How many lines of notes may stand before the header. */
  private static final int MAX_NOTES = 10;

  /** Tenths of the rows that have as many fields as the header, at least. */
  private static final int MIN_SHARE_WITH_HEADER = 3;

  private static final int MIN_SHARE_WITHOUT = 9;

  /** A header of a single column has fewer words than a sentence. */
  private static final int MAX_HEADER_WORDS = 3;

  private static final Set<ValueLooks> CONTENT =
      EnumSet.of(ValueLooks.MAIL, ValueLooks.PHONE, ValueLooks.DIGITS);

  /** The shape of a table, or null if the file is none. */
  static @Nullable CsvShape of(BookFile file) throws IOException {
    List<CsvShape> shapes = new ArrayList<>();
    for (char separator : SEPARATORS) {
      List<Row> rows = sample(file, separator);
      for (int i = 0; i < Math.min(rows.size(), MAX_NOTES + 1); i++) {
        CsvShape shape = at(i, rows, separator);
        if (shape != null) {
          shapes.add(shape);
        }
      }
    }
    return shapes.stream()
        .max(
            Comparator.comparing(CsvShape::certainty)
                .thenComparingInt(CsvShape::share)
                .thenComparingInt(CsvShape::width))
        .orElse(oneColumn(file));
  }

  private static List<Row> sample(BookFile file, char separator) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (CsvRows all = new CsvRows(file.lines(), separator)) {
      Row row = all.next();
      while (row != null && rows.size() < SAMPLE) {
        // Excel may name its separator in a line of its own.
        if (!row.field(0).toLowerCase(Locale.ROOT).startsWith("sep=")) {
          rows.add(row);
        }
        row = all.next();
      }
    }
    return rows;
  }

  /** The table that starts with a row, if what stands before it can be notes. */
  private static @Nullable CsvShape at(int index, List<Row> rows, char separator) {
    Row first = rows.get(index);
    int width = first.width();
    if (width < 2 || first.field(0).startsWith("#")) {
      return null;
    }
    for (Row note : rows.subList(0, index)) {
      if (note.width() >= width || hasContent(note)) {
        return null;
      }
    }
    List<Row> below =
        rows.subList(index + 1, rows.size()).stream().filter(row -> row.width() > 0).toList();
    boolean isHeader = !hasContent(first);
    Certainty certainty = isHeader ? certaintyOf(first) : Certainty.ROWS;
    // A row may lack fields at its end, but not all of them.
    long fitting =
        below.stream()
            .filter(
                row -> row.width() == width || (isHeader && row.width() > 1 && row.width() < width))
            .count();
    int share = below.isEmpty() ? 0 : (int) (fitting * 10 / below.size());
    int needed = certainty == Certainty.ROWS ? MIN_SHARE_WITHOUT : MIN_SHARE_WITH_HEADER;
    if (share < needed && !(below.isEmpty() && certainty == Certainty.CONTACTS)) {
      return null;
    }
    long exact = below.stream().filter(row -> row.width() == width).count();
    return new CsvShape(
        separator,
        isHeader ? first.line() : 0,
        isHeader && first.fields() != null ? first.fields() : List.of(),
        width,
        certainty,
        below.isEmpty() ? 0 : (int) (exact * 10 / below.size()));
  }

  private static Certainty certaintyOf(Row header) {
    boolean words = false;
    for (int i = 0; i < header.width(); i++) {
      Set<Meaning> meanings = HeaderWords.meanings(header.field(i));
      if (meanings.contains(Meaning.PHONE) || meanings.contains(Meaning.MAIL)) {
        return Certainty.CONTACTS;
      }
      words |= !meanings.isEmpty() || !HeaderWords.nameParts(header.field(i)).isEmpty();
    }
    return words ? Certainty.HEADER : Certainty.ROWS;
  }

  private static boolean hasContent(Row row) {
    for (int i = 0; i < row.width(); i++) {
      String field = row.field(i);
      if (field.contains("@")
          || CONTENT.contains(ValueLooks.of(field))
          || ValueLooks.mayHoldNumber(field)) {
        return true;
      }
    }
    return false;
  }

  /** A header such as "Phone" above one number a line. */
  private static @Nullable CsvShape oneColumn(BookFile file) throws IOException {
    List<Row> rows = sample(file, '\t');
    if (rows.isEmpty() || rows.get(0).width() != 1 || hasContent(rows.get(0))) {
      return null;
    }
    String header = rows.get(0).field(0).strip();
    boolean isSentence = header.startsWith("#") || header.split("\\s+").length > MAX_HEADER_WORDS;
    return isSentence || certaintyOf(rows.get(0)) != Certainty.CONTACTS
        ? null
        : new CsvShape('\t', rows.get(0).line(), List.of(header), 1, Certainty.CONTACTS, 0);
  }
}
