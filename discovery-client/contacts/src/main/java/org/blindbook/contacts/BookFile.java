package org.blindbook.contacts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of an address book, which are gone through more than once: to recognise the format, to
 * judge the columns, to read. A file is never in memory as a whole, unless it is a pipe.
 */
final class BookFile {
  /** Larger files are refused: an address book with photos of everybody stays below this. */
  static final long MAX_BYTES = 1L << 30;

  /** Of what can be read only once, such as a pipe, and has to be kept in memory. */
  static final int MAX_KEPT_BYTES = 64 << 20;

  private interface Source {
    InputStream open() throws IOException;
  }

  private final Source source;

  private BookFile(Source source) {
    this.source = source;
  }

  static BookFile of(byte[] content) {
    return new BookFile(() -> new ByteArrayInputStream(content));
  }

  static BookFile of(Path file) throws AddressBookException {
    if (Files.isDirectory(file)) {
      throw new AddressBookException("The contacts file is a directory: name a file inside it.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.isRegularFile(file)) {
        if (Files.size(file) > MAX_BYTES) {
          throw tooLarge("1 GiB");
        }
        return new BookFile(() -> Files.newInputStream(file));
      }
      byte[] content = in.readNBytes(MAX_KEPT_BYTES + 1);
      if (content.length > MAX_KEPT_BYTES) {
        throw tooLarge("64 MiB, which is the most that is read from a pipe");
      }
      return of(content);
    } catch (NoSuchFileException e) {
      throw new AddressBookException("There is no such contacts file: check its path.");
    } catch (AccessDeniedException e) {
      throw new AddressBookException(
          "The contacts file may not be read by this user: check its permissions.");
    } catch (IOException e) {
      throw unreadable();
    }
  }

  InputStream open() throws IOException {
    return source.open();
  }

  TextLines lines() throws IOException {
    return TextLines.of(open());
  }

  byte[] head(int bytes) throws IOException {
    try (InputStream in = open()) {
      return in.readNBytes(bytes);
    }
  }

  static AddressBookException unreadable() {
    return new AddressBookException(
        "The contacts file could not be read to its end: copy it to another disk and try again.");
  }

  private static AddressBookException tooLarge(String limit) {
    return new AddressBookException(
        "The contacts file is larger than " + limit + ": export it without photos, or in parts.");
  }
}
