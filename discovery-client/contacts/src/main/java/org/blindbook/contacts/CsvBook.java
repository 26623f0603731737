package org.blindbook.contacts;

import java.io.IOException;
import org.blindbook.contacts.CsvRows.Row;
import org.blindbook.contacts.CsvShape.Certainty;
import org.jspecify.annotations.Nullable;

/**
 * Tables, as mail services, phones and spreadsheets write contacts. A row whose quotes do not match
 * is skipped alone.
 */
final class CsvBook implements BookReader {
  /** Tenths of the rows with as many fields as the header. */
  private static final int MOST_ROWS = 8;

  private final BookFile file;
  private final CsvShape shape;
  private final CsvColumns columns;

  private CsvBook(BookFile file, CsvShape shape, CsvColumns columns) {
    this.file = file;
    this.shape = shape;
    this.columns = columns;
  }

  /** The table, if it has a column of phone numbers or e-mail addresses. */
  static @Nullable CsvBook recognise(BookFile file) throws IOException {
    CsvShape shape = CsvShape.of(file);
    if (shape == null) {
      return null;
    }
    CsvColumns columns = new CsvColumns(shape);
    forEachRow(file, shape, columns::observe);
    columns.judge();
    // A table without contacts is one, too: as lines, its numbers would be taken for phone numbers.
    boolean isTable =
        columns.findsIdentifiers()
            || shape.certainty() == Certainty.CONTACTS
            || shape.share() >= MOST_ROWS;
    return isTable ? new CsvBook(file, shape, columns) : null;
  }

  /** Whether the header at the very top leaves no doubt, whatever stands in the rows. */
  boolean isCertain() {
    return shape.certainty() == Certainty.CONTACTS
        && shape.width() > 1
        && shape.share() >= MOST_ROWS;
  }

  @Override
  public void read(AddressBookBuilder book) throws IOException {
    columns.report(book);
    forEachRow(
        file,
        shape,
        row -> {
          if (row.fields() == null) {
            book.skip(row.line(), "the quotes of this row do not match");
          } else {
            columns.read(row, book.startContact());
          }
        });
  }

  private interface RowReader {
    void read(Row row);
  }

  private static void forEachRow(BookFile file, CsvShape shape, RowReader reader)
      throws IOException {
    try (CsvRows rows = new CsvRows(file.lines(), shape.separator())) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        if (row.line() > shape.headerLine()) {
          reader.read(row);
        }
      }
    }
  }
}
