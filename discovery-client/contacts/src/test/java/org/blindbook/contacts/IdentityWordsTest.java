package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers of persons, companies, accounts and papers look like phone numbers, and are none. */
class IdentityWordsTest {
  private static final List<String> NUMBERS =
      List.of("0151 2345678", "12 345 678", "021234567", "(030) 1234567");

  static List<String> words() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(IdentityWordsTest.class.getResourceAsStream("identity-words.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("words")
  void areNotReadInAColumn(String word) throws Exception {
    StringBuilder table = new StringBuilder("Name;Phone;" + word + "\n");
    NUMBERS.forEach(number -> table.append("Ada Berg;+49 151 61000101;" + number + "\n"));
    assertThat(parse(table.toString()).identifiers())
        .extracting(Identifier::canonical)
        .containsExactly("tel:+4915161000101");
  }

  @ParameterizedTest
  @MethodSource("words")
  void areNotReadInALineAndListed(String word) throws Exception {
    StringBuilder lines = new StringBuilder();
    NUMBERS.forEach(number -> lines.append(word + ": " + number + "\n"));
    AddressBook book = parse(lines.toString());
    assertThat(book.identifiers()).isEmpty();
    assertThat(book.skipped()).extracting(Skipped::line).containsExactly(1, 2, 3, 4);
  }

  /** Words that are names, or go with people's telephones, too. */
  @ParameterizedTest
  @MethodSource("labels")
  void takeNobodyAway(String label) throws Exception {
    assertThat(parse(label + " 0151 61000101\n").identifiers())
        .extracting(Identifier::canonical)
        .containsExactly("tel:+4915161000101");
  }

  static List<String> labels() {
    return List.of(
        "Tin Horvat",
        "Tin",
        "Nik:",
        "Rut",
        "Kunde Meier",
        "Bank",
        "Versicherung",
        "Konto Müller",
        "Policy:",
        "Client Dupont",
        "SIM",
        "neue Nummer",
        "Kontaktnummer:",
        "Büro-Nr.",
        "Notfall Nr",
        "Tel.Nr.:",
        "DNI 12345678Z, Handy",
        "https://x.example/015161000102");
  }

  private static AddressBook parse(String text)
      throws AddressBookException, UnknownRegionException {
    return AddressBook.parse(
        text.getBytes(StandardCharsets.UTF_8), WrittenIdentifiers.dialledIn("DE"));
  }
}
