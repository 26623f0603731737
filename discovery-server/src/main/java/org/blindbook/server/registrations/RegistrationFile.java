package org.blindbook.server.registrations;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file of registrations, row by row: UTF-8, header {@code identifier,account_id}. To
 * unregister, {@code identifier} alone will do.
 *
 * <p>A row is a line. CSV would allow line breaks inside quotes; here a quote that is never closed
 * costs its own line and not the rest of the file, and no identifier holds a line break.
 */
final class RegistrationFile implements Closeable {
  private static final List<String> HEADER = List.of("identifier", "account_id");
  private static final List<String> SHORT_HEADER = HEADER.subList(0, 1);
  private static final char REPLACEMENT = '\uFFFD';

  /** What a line of the file says. */
  sealed interface Row {
    record Registration(Identifier identifier, byte[] account) implements Row {}

    record Deletion(Identifier identifier) implements Row {}

    /**
     * @param reason holds no part of the row
     * @param columns as far as they could be told apart
     */
    record Reject(long line, String reason, List<String> columns) implements Row {}
  }

  private final Path file;
  private final LineReader lines;
  private final Operation operation;
  private final List<String> header;

  private RegistrationFile(Path file, LineReader lines, Operation operation, List<String> header) {
    this.file = file;
    this.lines = lines;
    this.operation = operation;
    this.header = header;
  }

  /**
   * @throws LoadException when there is no such file, it cannot be read, or its header is another
   */
  static RegistrationFile open(Path file, Operation operation) throws LoadException {
    if (Files.isDirectory(file)) {
      throw new LoadException(file + " is a directory: name a CSV file.");
    }
    try {
      LineReader lines = new LineReader(Files.newInputStream(file));
      try {
        return new RegistrationFile(file, lines, operation, header(file, lines, operation));
      } catch (IOException | LoadException e) {
        lines.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new LoadException(file + " does not exist: check the path.", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static List<String> header(Path file, LineReader lines, Operation operation)
      throws IOException, LoadException {
    String first = lines.next();
    if (first != null) {
      List<String> header = columns(first).stream().map(String::strip).toList();
      if (header.equals(HEADER)
          || (operation == Operation.UNREGISTER && header.equals(SHORT_HEADER))) {
        return header;
      }
    }
    throw new LoadException(
        "The first line of "
            + file
            + " must be "
            + String.join(",", HEADER)
            + (operation == Operation.UNREGISTER ? " or identifier" : "")
            + ", in UTF-8 with a comma in between: correct it; nothing was loaded.");
  }

  private static LoadException unreadable(Path file, IOException e) {
    return new LoadException(file + " cannot be read: check its permissions and its disk.", e);
  }

  /** The columns of the header, as the file writes them. */
  List<String> header() {
    return header;
  }

  /** The next row, or null after the last one. Lines of nothing but spaces are no rows. */
  @Nullable Row next() throws LoadException {
    try {
      String line;
      do {
        line = lines.next();
      } while (line != null && line.isBlank());
      return line == null ? null : row(line);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private Row row(String line) {
    if (lines.isTruncated()) {
      return reject(
          "the line is longer than " + LineReader.MAX_LINE_BYTES + " bytes", List.of(line));
    }
    List<String> columns = columns(line);
    if (columns.isEmpty()) {
      return reject("a quote is not closed or out of place", List.of(line));
    }
    if (line.indexOf(REPLACEMENT) >= 0) {
      return reject("the line is not valid UTF-8", columns);
    }
    if (columns.size() != header.size()) {
      return reject(
          "the row has " + columns.size() + " columns where the header has " + header.size(),
          columns);
    }
    Optional<UUID> account = Optional.empty();
    if (operation == Operation.REGISTER) {
      account = Account.parse(columns.getLast().strip());
      if (account.isEmpty()) {
        return reject("the account is not a UUID, or is the one of zeros", columns);
      }
    }
    try {
      String text = columns.getFirst().strip();
      if (text.startsWith("@")) {
        // Far more often an e-mail address that lost its first half than a username.
        return reject("an identifier must not start with @: a username is username:NAME", columns);
      }
      Identifier identifier = Identifier.parse(text);
      return account.isPresent()
          ? new Row.Registration(identifier, Account.bytes(account.get()))
          : new Row.Deletion(identifier);
    } catch (IdentifierException e) {
      return reject(e.reason(), columns);
    }
  }

  private Row.Reject reject(String reason, List<String> columns) {
    return new Row.Reject(lines.number(), reason, columns);
  }

  /** The columns of a line, none when its quotes make no sense. */
  private static List<String> columns(String line) {
    if (line.indexOf('"') < 0) {
      return List.of(line.split(",", -1));
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

  long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      // Everything that was needed of it was read.
    }
  }
}
