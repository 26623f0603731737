package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which separator a table has, where its header is, and what columns without words hold. */
class CsvTableTest {

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void theSeparatorSplitsHeaderAndRowsIntoEquallyManyColumns(String separator)
      throws AddressBookException {
    String book =
        """
        Name;"Telefon (privat, mobil; dienstlich)";E-Mail 1
        Emil;0151 61000106;emil@x.example
        "Fuchs, Eva";0151 61000107;
        """;
    book = book.replaceAll(";(?! )", separator);
    assertThat(found("DE", book))
        .containsExactly("tel:+4915161000106", "mailto:emil@x.example", "tel:+4915161000107");
  }

  /** The comma makes two columns of every line, too. */
  @Test
  void ofTwoSeparatorsTheOneWithMoreColumnsWins() throws AddressBookException {
    AddressBook book =
        read(
            "DE",
            """
            Name;Telefon (privat, mobil);E-Mail
            Emil, Dr.;0151 61000106;emil@x.example
            Eva, Dr.;0151 61000107;eva@x.example
            """);
    assertThat(book.contacts()).extracting(Contact::name).containsExactly("Emil, Dr.", "Eva, Dr.");
    assertThat(book.identifiers()).hasSize(4);
  }

  @Test
  void linesOfNotesMayStandBeforeTheHeader() throws AddressBookException {
    assertThat(
            found(
                "DE",
                """
                Export of Monday, 3 May
                "Numbers, addresses; all of them"

                Vorname;Nachname;Handy
                Ada;Berg;0151 61000101
                Bo;Holm;0151 61000102
                """))
        .containsExactly("tel:+4915161000101", "tel:+4915161000102");
  }

  /** No word of these headers is known. */
  @ParameterizedTest
  @CsvSource({
    "0151 61000101, 0151 61000102",
    "+4915161000101, 004915161000102",
    "(0151) 61000101, 0151/61000102",
    "015161000101, 015161000102"
  })
  void aColumnThatLooksLikePhoneNumbersIsRead(String first, String second)
      throws AddressBookException {
    assertThat(found("DE", "izina;inombolo;x\nAda;%s;1\nBo;%s;2\n".formatted(first, second)))
        .containsExactly("tel:+4915161000101", "tel:+4915161000102");
  }

  /** Whatever stands above them. */
  @ParameterizedTest
  @ValueSource(strings = {"foo", "Anschrift", "ID", "Notiz"})
  void aColumnThatLooksLikeAddressesIsReadUnlessItDescribesAnother(String header)
      throws AddressBookException {
    List<String> found =
        found("DE", "Name;%s;Ort\nAda;ada@x.example;B\nBo;bo@x.example;C\n".formatted(header));
    if (header.equals("ID")) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).containsExactly("mailto:ada@x.example", "mailto:bo@x.example");
    }
  }

  /** Valid numbers all of them, if they were phone numbers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kundennummer",
        "ID",
        "user_id",
        "Geburtstag",
        "PLZ",
        "IBAN",
        "Steuernummer",
        "Betrag",
        "timestamp",
        "Konto",
        "Ausweis-Nr."
      })
  void aHeaderThatSaysSomethingElseIsBelieved(String header) throws AddressBookException {
    assertThat(found("DE", "Name;%s\nAda;0151 61000101\nBo;+49 151 61000102\n".formatted(header)))
        .isEmpty();
  }

  /** Under a header in a language that nobody taught it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1990-05-12",
        "12.05.1990",
        "05/12/1990",
        "1610445600",
        "1610445600123",
        "20240131",
        "20240131101500",
        "2019-2020",
        "1.234.567",
        "1234567.89",
        "192.168.178.201",
        "01310-100",
        "94107-1234",
        "123-4567",
        "123-45-6789",
        "850709-9805",
        "900101-1234567",
        "736028/5163",
        "123.456.789-09",
        "12.345.678/0001-90",
        "1234 5678 9012",
        "978-3-16-148410-0",
        "6465581301"
      })
  void whatIsNotWrittenLikeAPhoneNumberIsNotRead(String value) throws AddressBookException {
    String rows = "izina;aaa;bbb;ccc\nAda;%s;x;y\nBo;%s;x;y\nCleo;%s;x;y\n";
    assertThat(found("US", rows.formatted(value, value, value))).isEmpty();
    assertThat(found("DE", rows.formatted(value, value, value))).isEmpty();
  }

  @Test
  void plainDigitsAreReadInATableOfFewColumnsUnlessTheyAreCounted() throws AddressBookException {
    assertThat(found("US", "Name,Number\nAda,6465581301\nBo,2125550123\nCleo,3105550199\n"))
        .containsExactly("tel:+16465581301", "tel:+12125550123", "tel:+13105550199");
    assertThat(found("US", "Name,Number\nAda,646558131\nBo,646558132\nCleo,646558133\n")).isEmpty();
    assertThat(found("DE", "Name;Nummer\nAda;4915161000101.0\nBo;4915161000102.0\n")).hasSize(2);
    assertThat(found("US", "Ada,6465581301\nBo,2125550123\n"))
        .containsExactly("tel:+16465581301", "tel:+12125550123");
  }

  /** A mobile phone in Turkish, a postcode in Portuguese. */
  @Test
  void aWordOfTwoLanguagesIsDecidedByTheValues() throws AddressBookException {
    assertThat(found("TR", "Ad;Soyad;Cep\nAda;Berg;0532 610 01 01\nBo;Holm;0532 610 01 02\n"))
        .containsExactly("tel:+905326100101", "tel:+905326100102");
    assertThat(found("BR", "Nome;Cidade;CEP;UF\nAda;Rio;01310-100;RJ\nBo;Rio;04567000;RJ\n"))
        .isEmpty();
  }

  @Test
  void rowsWithoutAHeaderAreReadAndNoneIsPassedOverInSilence() throws AddressBookException {
    AddressBook book =
        read(
            "DE",
            """
            Ada Berg,0151 61000101
            "Holm, Bo",+49 151 61000102
            cleo@x.example,0151 61000103
            Dora,
            """);
    assertThat(book.contacts())
        .extracting(Contact::name)
        .containsExactly("Ada Berg", "Holm, Bo", "cleo@x.example", "Dora");
    assertThat(book.identifiers())
        .extracting(Identifier::canonical)
        .containsExactly(
            "tel:+4915161000101",
            "tel:+4915161000102",
            "mailto:cleo@x.example",
            "tel:+4915161000103");
    assertThat(book.skipped())
        .containsExactly(
            new Skipped(4, "no part of this row looks like a phone number or an address"));
  }

  @Test
  void everyColumnIsReported() throws AddressBookException {
    AddressBook book = read("DE", "Name;Handy;;Notiz\nAda;0151 61000101;a@x.example;b\n");
    assertThat(book.fields())
        .containsExactly(
            new Field("Name", Content.NAMES),
            new Field("Handy", Content.PHONE_NUMBERS),
            new Field("column 3", Content.EMAIL_ADDRESSES),
            new Field("Notiz", Content.NOT_READ));
    assertThat(book.fields().toString()).doesNotContain("Notiz");
    assertThat(book.readings())
        .extracting(Reading::line, Reading::name, Reading::field)
        .containsExactly(tuple(2, "Ada", "Handy"), tuple(2, "Ada", "column 3"));
    assertThat(book.readings().toString()).doesNotContain("Ada").doesNotContain("61000101");
  }

  private static List<String> found(String region, String text) throws AddressBookException {
    return read(region, text).identifiers().stream().map(Identifier::canonical).toList();
  }

  private static AddressBook read(String region, String text) throws AddressBookException {
    try {
      return AddressBook.parse(
          text.getBytes(StandardCharsets.UTF_8), WrittenIdentifiers.dialledIn(region));
    } catch (UnknownRegionException e) {
      throw new AssertionError(e);
    }
  }
}
