package org.blindbook.contacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.jspecify.annotations.Nullable;

/**
 * What a file says about whom its user knows. The format is recognised by content, because files
 * arrive by mail and chat under any name.
 *
 * @param contacts in the order of the file; the same person may be there twice
 * @param readings what each value was read as, in the order of lines; never empty for a file that
 *     holds nobody
 * @param fields the columns, properties or attributes of the file, and which of them were read;
 *     empty where lines have no parts
 */
public record AddressBook(List<Contact> contacts, List<Reading> readings, List<Field> fields) {
  /** How much of a file is looked at to recognise it. */
  private static final int HEAD_BYTES = 1 << 16;

  public AddressBook {
    contacts = List.copyOf(contacts);
    readings = List.copyOf(readings);
    fields = List.copyOf(fields);
  }

  /** Reads a file. National phone numbers are understood as {@code identifiers} says. */
  public static AddressBook read(Path file, WrittenIdentifiers identifiers)
      throws AddressBookException {
    return read(BookFile.of(file), identifiers);
  }

  static AddressBook parse(byte[] content, WrittenIdentifiers identifiers)
      throws AddressBookException {
    return read(BookFile.of(content), identifiers);
  }

  private static AddressBook read(BookFile file, WrittenIdentifiers identifiers)
      throws AddressBookException {
    AddressBookBuilder book = new AddressBookBuilder(identifiers);
    try {
      reader(file).read(book);
    } catch (IOException | UncheckedIOException e) {
      throw BookFile.unreadable();
    }
    return book.build();
  }

  private static BookReader reader(BookFile file) throws IOException, AddressBookException {
    refuse(UnpromisedFormat.ofBytes(file.head(HEAD_BYTES)));
    String head = head(file);
    if (head.isBlank()) {
      throw new AddressBookException(
          "The contacts file is empty: export your contacts as vCard or CSV and try again.");
    }
    String firstLine = head.strip().lines().findFirst().orElse("");
    if (VCardLines.isBegin(firstLine)) {
      return new VCardBook(file);
    }
    if (LdifBook.startsWith(firstLine)) {
      return new LdifBook(file);
    }
    if (JsonBook.startsWith(head)) {
      return new JsonBook(file);
    }
    CsvBook csv = CsvBook.recognise(file);
    if (csv != null && csv.isCertain()) {
      return csv;
    }
    if (hasCard(file)) {
      return new VCardBook(file);
    }
    refuse(UnpromisedFormat.ofText(head));
    return csv != null ? csv : new LineBook(file);
  }

  private static void refuse(@Nullable String sentence) throws AddressBookException {
    if (sentence != null) {
      throw new AddressBookException(sentence);
    }
  }

  /** The first lines with text in them; an address book may be padded with any number of others. */
  private static String head(BookFile file) throws IOException {
    StringBuilder head = new StringBuilder();
    try (TextLines lines = file.lines()) {
      for (String line = lines.next();
          line != null && head.length() < HEAD_BYTES;
          line = lines.next()) {
        if (!line.isBlank()) {
          head.append(line).append('\n');
        }
      }
    }
    return head.toString();
  }

  private static boolean hasCard(BookFile file) throws IOException {
    try (TextLines lines = file.lines()) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (VCardLines.isBegin(line)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Every identifier once, in the order of the file: what there is to look up. */
  public Set<Identifier> identifiers() {
    Set<Identifier> all = new LinkedHashSet<>();
    contacts.forEach(contact -> all.addAll(contact.identifiers()));
    return all;
  }

  /** What could not be read, in the order of lines. */
  public List<Skipped> skipped() {
    return readings.stream()
        .flatMap(
            reading -> reading.problems().stream().map(why -> new Skipped(reading.line(), why)))
        .toList();
  }

  /** Sizes only. */
  @Override
  public String toString() {
    return "AddressBook[%d contacts, %d skipped]".formatted(contacts.size(), skipped().size());
  }
}
