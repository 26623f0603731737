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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Whoever guesses which of their numbers are phone numbers finds strangers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"users\": [{\"id\": 6465581301, \"phone\": \"+16465581302\"}]} | JSON",
        "[{\"id\": 6465581301}] | JSON",
        "{\"contacts\": {\"list\": | JSON",
        "<?xml version='1.0'?><c><id>6465581301</id></c> | XML",
        "<contacts><contact id='6465581301'/></contacts> | XML",
        "<!DOCTYPE html><p>+16465581302 | HTML",
        "<html><body>6465581301</body></html> | HTML",
        "window.YTD.contact.part0 = [ {\"id\" : \"6465581301\"} ] | program",
        "%PDF-1.7 6465581301 | PDF",
        "{\\rtf1 6465581301} | RTF",
        "BEGIN:VCALENDAR | calendar"
      })
  void formatsThatAreNotReadAreRefusedWithWhatToDo(String content, String named)
      throws IOException {
    Path file = Files.writeString(folder.resolve("book"), content);
    assertThatThrownBy(() -> AddressBook.read(file, WrittenIdentifiers.international()))
        .isInstanceOf(AddressBookException.class)
        .hasMessageContaining(named)
        .hasMessageEndingWith(".")
        .hasMessageNotContaining("646");
  }

  @Test
  void aFileThatHoldsNobodySaysSo() throws IOException, AddressBookException {
    Path file = Files.writeString(folder.resolve("book"), "BEGIN:VCARD\nFN:Nobody\nEND:VCARD\n");
    assertThat(AddressBook.read(file, WrittenIdentifiers.international()).skipped())
        .containsExactly(new Skipped(1, "nothing in this file is a phone number or an address"));
  }

  /** As some phones write them: without folding. */
  @Test
  void aPictureInOneLineTakesNothingWithIt() throws IOException, AddressBookException {
    Path file =
        Files.writeString(
            folder.resolve("book.vcf"),
            "BEGIN:VCARD\nFN:Ida\nPHOTO;ENCODING=b:"
                + "QUJD".repeat(TextLines.MAX_CHARS / 2)
                + "\nTEL:+49 30 123456\nEND:VCARD\n");
    AddressBook book = AddressBook.read(file, WrittenIdentifiers.international());
    assertThat(book.identifiers()).hasSize(1);
    assertThat(book.skipped()).isEmpty();
  }

  @Test
  void jsonThatBreaksOffIsReadAsFarAsItGoes() throws IOException, AddressBookException {
    Path file =
        Files.writeString(
            folder.resolve("result.json"),
            """
            {"contacts": {"list": [
            {"first_name": "Ida", "phone_number": "+49 30 123456"},
            {"first_name": "Bo", "phone\
            """);
    AddressBook book = AddressBook.read(file, WrittenIdentifiers.international());
    assertThat(book.contacts()).extracting(Contact::name).containsExactly("Ida");
    assertThat(book.skipped())
        .containsExactly(new Skipped(3, "the JSON breaks off here; nothing behind it was read"));
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsParsed() throws IOException {
    Path huge = folder.resolve("huge.vcf");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(BookFile.MAX_BYTES + 1);
    }
    assertRefused(
        huge, "The contacts file is larger than 1 GiB: export it without photos, or in parts.");
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
