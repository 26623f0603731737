package org.blindbook.server.registrations;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CSV with a header: {@code identifier} or {@code key}, then {@code account_id}, which may be
 * missing to unregister.
 *
 * <p>CSV would allow line breaks inside quotes; here a quote that is never closed costs its own
 * line and not the rest of the file, and no identifier holds a line break.
 */
final class CsvFormat implements RowFormat {
  static final String IDENTIFIER = "identifier";
  static final String KEY = "key";
  static final String ACCOUNT = "account_id";

  private static final List<List<String>> HEADERS =
      List.of(List.of(IDENTIFIER, ACCOUNT), List.of(KEY, ACCOUNT));
  private static final List<List<String>> HEADERS_TO_UNREGISTER =
      List.of(List.of(IDENTIFIER), List.of(KEY));

  private final List<String> header;
  private final boolean keyed;

  private CsvFormat(List<String> header) {
    this.header = header;
    this.keyed = header.getFirst().equals(KEY);
  }

  /** Empty when the line is no header that this operation can do with. */
  static Optional<CsvFormat> ofHeader(String line, Operation operation) {
    List<String> header = columns(line).stream().map(String::strip).toList();
    return HEADERS.contains(header)
            || (!operation.needsAccount() && HEADERS_TO_UNREGISTER.contains(header))
        ? Optional.of(new CsvFormat(header))
        : Optional.empty();
  }

  @Override
  public Line read(String line) {
    List<String> columns = columns(line);
    if (columns.isEmpty()) {
      return new Line.Malformed("a quote is not closed or out of place", List.of(line));
    }
    if (columns.size() != header.size()) {
      return new Line.Malformed(
          "the row has " + columns.size() + " columns where the header has " + header.size(),
          columns);
    }
    String subject = columns.getFirst().strip();
    @Nullable String account = columns.size() == 1 ? null : columns.getLast().strip();
    return new Line.Fields(keyed ? null : subject, keyed ? subject : null, account, columns);
  }

  /** The columns of a line, none when its quotes make no sense. */
  private static List<String> columns(String line) {
    if (line.indexOf('"') < 0) {
      return atCommas(line);
    }
    if (line.chars().filter(c -> c == '"').count() % 2 != 0) {
      return List.of();
    }
    try (Stream<CsvRecord> records = CsvReader.builder().ofCsvRecord(line).stream()) {
      return records.findFirst().map(CsvRecord::getFields).orElse(List.of());
    } catch (CsvParseException e) {
      return List.of();
    }
  }

  private static List<String> atCommas(String line) {
    List<String> columns = new ArrayList<>(2);
    int from = 0;
    for (int comma = line.indexOf(','); comma >= 0; comma = line.indexOf(',', from)) {
      columns.add(line.substring(from, comma));
      from = comma + 1;
    }
    columns.add(line.substring(from));
    return columns;
  }

  @Override
  public String suffix() {
    return ".csv";
  }

  /** {@code line,reason} and the columns of the original. */
  @Override
  public RejectWriter rejectsTo(Writer out) {
    CsvWriter csv = CsvWriter.builder().bufferSize(0).lineDelimiter(LineDelimiter.LF).build(out);
    csv.writeRecord(record("line", "reason", header));
    return reject ->
        csv.writeRecord(record(Long.toString(reject.line()), reject.reason(), reject.columns()));
  }

  private static List<String> record(String line, String reason, List<String> columns) {
    List<String> record = new ArrayList<>(List.of(line, reason));
    record.addAll(columns);
    return record;
  }
}
