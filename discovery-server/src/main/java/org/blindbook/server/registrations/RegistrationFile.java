package org.blindbook.server.registrations;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.numbering.NumberingPlans;
import org.blindbook.server.registrations.RowFormat.Line.Fields;
import org.blindbook.server.registrations.RowFormat.Line.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Registrations, row by row, as {@link CsvFormat} or {@link NdjsonFormat}: the first line decides,
 * unless the source says that it has {@link IdentifierLines}. UTF-8. A row is a line.
 */
final class RegistrationFile implements Closeable {
  private static final char REPLACEMENT = '\uFFFD';

  /** What a line of the file says. */
  sealed interface Row {
    /**
     * @param forms under which the person is meant, see {@link NumberingPlans}: to register, the
     *     current one; to unregister, all
     * @param account empty to unregister
     */
    record Named(List<Identifier> forms, byte[] account) implements Row {}

    /**
     * @param key a lookup key, as {@code blindbook export} writes it
     * @param account empty to unregister
     */
    record Keyed(byte[] key, byte[] account) implements Row {}

    /**
     * @param reason holds no part of the row
     * @param columns as far as they could be told apart
     */
    record Reject(long line, String reason, List<String> columns) implements Row {}
  }

  private final InputSource source;
  private final DecompressedInput input;
  private final LineReader lines;
  private final Operation operation;
  private final RowFormat format;

  /** The first line where it is a row already. */
  private @Nullable String first;

  private RegistrationFile(
      InputSource source,
      DecompressedInput input,
      LineReader lines,
      Operation operation,
      RowFormat format,
      @Nullable String first) {
    this.source = source;
    this.input = input;
    this.lines = lines;
    this.operation = operation;
    this.format = format;
    this.first = first;
  }

  /**
   * @throws LoadException when there is no such file, it cannot be read, or its first line is
   *     another
   */
  static RegistrationFile open(InputSource source, Operation operation) throws LoadException {
    DecompressedInput input = source.open();
    LineReader lines = new LineReader(input);
    if (source.isBare()) {
      return new RegistrationFile(source, input, lines, operation, new IdentifierLines(), null);
    }
    try {
      String first = lines.next();
      if (first != null && NdjsonFormat.startsWith(first)) {
        return new RegistrationFile(source, input, lines, operation, new NdjsonFormat(), first);
      }
      RowFormat csv =
          Optional.ofNullable(first)
              .flatMap(line -> CsvFormat.ofHeader(line, operation))
              .orElseThrow(() -> wrongStart(source, operation));
      return new RegistrationFile(source, input, lines, operation, csv, null);
    } catch (IOException e) {
      close(lines);
      throw source.unreadable(e);
    } catch (LoadException e) {
      close(lines);
      throw e;
    }
  }

  private static LoadException wrongStart(InputSource source, Operation operation) {
    return new LoadException(
        "The first line of "
            + source.name()
            + " must be identifier,account_id or key,account_id"
            + (operation.needsAccount() ? "" : ", or identifier or key alone")
            + ", in UTF-8 with a comma in between, or a JSON object: correct it; nothing was"
            + " loaded.");
  }

  RowFormat format() {
    return format;
  }

  /** The next row, or null after the last one. Lines of nothing but spaces are no rows. */
  @Nullable Row next() throws LoadException {
    try {
      String line = first == null ? lines.next() : first;
      first = null;
      while (line != null && line.isBlank()) {
        line = lines.next();
      }
      return line == null ? null : row(line);
    } catch (IOException e) {
      throw source.unreadable(e);
    }
  }

  private Row row(String line) {
    if (lines.isTruncated()) {
      return reject(
          "the line is longer than " + LineReader.MAX_LINE_BYTES + " bytes", List.of(line));
    }
    return switch (format.read(line)) {
      case Malformed malformed -> reject(malformed.reason(), malformed.columns());
      case Fields fields when line.indexOf(REPLACEMENT) >= 0 ->
          reject("the line is not valid UTF-8", fields.columns());
      case Fields fields -> row(fields);
    };
  }

  private Row row(Fields fields) {
    byte[] account = {};
    if (operation.needsAccount()) {
      Optional<UUID> written = Optional.ofNullable(fields.account()).flatMap(Account::parse);
      if (written.isEmpty()) {
        return reject("the account is not a UUID, or is the one of zeros", fields.columns());
      }
      account = Account.bytes(written.get());
    }
    String identifier = fields.identifier();
    return identifier == null
        ? keyed(String.valueOf(fields.key()), account, fields.columns())
        : named(identifier, account, fields.columns());
  }

  private Row named(String identifier, byte[] account, List<String> columns) {
    try {
      Identifier person = OperatorIdentifier.parse(identifier);
      return new Row.Named(
          operation.needsAccount()
              ? List.of(NumberingPlans.current(person))
              : NumberingPlans.forms(person),
          account);
    } catch (OperatorIdentifier.RefusedException e) {
      return reject(e.reason(), columns);
    }
  }

  private Row keyed(String key, byte[] account, List<String> columns) {
    return KeyText.parse(key)
        .<Row>map(bytes -> new Row.Keyed(bytes, account))
        .orElseGet(() -> reject("a key has 32 hexadecimal digits", columns));
  }

  private Row.Reject reject(String reason, List<String> columns) {
    return new Row.Reject(lines.number(), reason, columns);
  }

  /** Of the file as it is on disk. */
  long bytesRead() {
    return input.bytesTaken();
  }

  @Override
  public void close() {
    close(lines);
  }

  private static void close(LineReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      // Everything that was needed of it was read.
    }
  }
}
