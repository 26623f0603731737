package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressBookFileTest {
  @TempDir Path folder;

  @Test
  void eachUnreadableFileGetsASentence() throws IOException {
    assertRefused(folder.resolve("none.vcf"), "There is no such contacts file: check its path.");
    assertRefused(folder, "The contacts file is a directory: name a file inside it.");
    assertRefused(
        Files.writeString(folder.resolve("empty"), ""),
        "The contacts file is empty: export your contacts as vCard or CSV and try again.");
    assertRefused(
        Files.writeString(folder.resolve("blank"), "\uFEFF \r\n\n"),
        "The contacts file is empty: export your contacts as vCard or CSV and try again.");
    assertRefused(
        Files.write(folder.resolve("photo.jpg"), new byte[] {1, 2, 0, 0, 0, 7, 0, 9}),
        "The contacts file is not a text file: export your contacts as vCard or CSV.");
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsParsed() throws IOException {
    Path huge = folder.resolve("huge.vcf");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(AddressBook.MAX_BYTES + 1L);
    }
    assertRefused(
        huge, "The contacts file is larger than 64 MiB: export it without photos, or in parts.");
  }

  @Test
  void anIdentifierOfSeveralContactsIsListedOnceAndFoundInEach()
      throws IOException, AddressBookException {
    Path file =
        Files.writeString(
            folder.resolve("book.csv"),
            """
            Name,Phone
            Mum,+49 30 123456
            Martha Smith,+49 (0)30 123456
            """);
    AddressBook book = AddressBook.read(file, WrittenIdentifiers.international());
    assertThat(book.identifiers()).hasSize(1);
    assertThat(book.contacts()).extracting(Contact::name).containsExactly("Mum", "Martha Smith");
    assertThat(book.contacts())
        .allSatisfy(c -> assertThat(c.identifiers()).containsExactlyElementsOf(book.identifiers()));
  }

  @Test
  void nothingPrintsItselfWithWhomTheUserKnows() throws IOException, AddressBookException {
    Path file = Files.writeString(folder.resolve("book.csv"), "Name,Phone\nMum,+4930123456\n");
    AddressBook book = AddressBook.read(file, WrittenIdentifiers.international());
    assertThat(book + " " + book.contacts() + " " + book.identifiers())
        .doesNotContain("Mum")
        .doesNotContain("123456");
  }

  private static void assertRefused(Path file, String sentence) {
    assertThatThrownBy(() -> AddressBook.read(file, WrittenIdentifiers.international()))
        .isInstanceOf(AddressBookException.class)
        .hasMessage(sentence);
  }
}
