package org.blindbook.contacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;

/**
 * What a file says about whom its user knows. The format is recognised by content, because files
 * arrive by mail and chat under any name.
 *
 * @param contacts in the order of the file; the same person may be there twice
 * @param skipped in the order of lines
 */
public record AddressBook(List<Contact> contacts, List<Skipped> skipped) {
  /** Larger files are refused: an address book with photos of everybody stays below this. */
  static final int MAX_BYTES = 64 << 20;

  public AddressBook {
    contacts = List.copyOf(contacts);
    skipped = List.copyOf(skipped);
  }

  /** Reads a file. National phone numbers are understood as {@code identifiers} says. */
  public static AddressBook read(Path file, WrittenIdentifiers identifiers)
      throws AddressBookException {
    return parse(content(file), identifiers);
  }

  static AddressBook parse(byte[] content, WrittenIdentifiers identifiers)
      throws AddressBookException {
    String text = FileText.decode(content);
    if (text.isBlank()) {
      throw new AddressBookException(
          "The contacts file is empty: export your contacts as vCard or CSV and try again.");
    }
    if (text.indexOf('\0') >= 0) {
      throw new AddressBookException(
          "The contacts file is not a text file: export your contacts as vCard or CSV.");
    }
    AddressBookBuilder book = new AddressBookBuilder(identifiers);
    CsvBook csv = CsvBook.recognise(text);
    if (csv != null) {
      csv.readInto(book);
    } else if (VCardBook.recognises(text)) {
      VCardBook.read(text, book);
    } else {
      LineBook.read(text, book);
    }
    return book.build();
  }

  private static byte[] content(Path file) throws AddressBookException {
    if (Files.isDirectory(file)) {
      throw new AddressBookException("The contacts file is a directory: name a file inside it.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new AddressBookException(
            "The contacts file is larger than 64 MiB: export it without photos, or in parts.");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new AddressBookException("There is no such contacts file: check its path.");
    } catch (AccessDeniedException e) {
      throw new AddressBookException(
          "The contacts file may not be read by this user: check its permissions.");
    } catch (IOException e) {
      throw new AddressBookException(
          "The contacts file could not be read to its end: copy it to another disk and try again.");
    }
  }

  /** Every identifier once, in the order of the file: what there is to look up. */
  public Set<Identifier> identifiers() {
    Set<Identifier> all = new LinkedHashSet<>();
    contacts.forEach(contact -> all.addAll(contact.identifiers()));
    return all;
  }

  /** Sizes only. */
  @Override
  public String toString() {
    return "AddressBook[%d contacts, %d skipped]".formatted(contacts.size(), skipped.size());
  }
}
