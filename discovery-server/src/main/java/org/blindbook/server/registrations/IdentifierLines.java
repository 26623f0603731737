package org.blindbook.server.registrations;

import java.io.Writer;
import java.util.List;

/** An identifier in each line, as it is: without header, columns or quotes. */
final class IdentifierLines implements RowFormat {
  private final CsvFormat asCsv =
      CsvFormat.ofHeader(CsvFormat.IDENTIFIER, Operation.UNREGISTER).orElseThrow();

  @Override
  public Line read(String line) {
    return new Line.Fields(line.strip(), null, null, List.of(line));
  }

  @Override
  public String suffix() {
    return asCsv.suffix();
  }

  @Override
  public RejectWriter rejectsTo(Writer out) {
    return asCsv.rejectsTo(out);
  }
}
