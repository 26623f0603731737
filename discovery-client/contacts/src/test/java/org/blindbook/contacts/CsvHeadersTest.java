package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables in the languages that users have. */
class CsvHeadersTest {
  private static final String[] SEPARATORS = {",", ";", "\t", "|"};

  static List<String> headers() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                CsvHeadersTest.class.getResourceAsStream("headers.txt"), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  /** Each column is told by its words, and numbers that are none look like phone numbers. */
  @ParameterizedTest
  @MethodSource("headers")
  void columnsAreToldByTheirHeader(String line) throws AddressBookException {
    List<String> header = Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
    for (String separator : SEPARATORS) {
      AddressBook book =
          parse(
              row(separator, header)
                  + row(
                      separator,
                      "Ada",
                      "Berg",
                      "+49 151 61000101",
                      "+49 30 6100102",
                      "a@x.example",
                      "+49 151 61000199",
                      "+49 151 61000198",
                      "+49 151 61000197",
                      "ask, first")
                  + row(separator, "Bo", "Holm", "", "", "b@x.example", "", "", "", ""));
      assertThat(book.contacts()).extracting(Contact::name).contains("Ada Berg", "Bo Holm");
      assertThat(canonical(book.contacts().get(0)))
          .containsExactly("tel:+4915161000101", "tel:+49306100102", "mailto:a@x.example");
      assertThat(book.skipped()).isEmpty();
      assertThat(book.fields())
          .extracting(Field::content)
          .containsExactly(
              Content.NAMES,
              Content.NAMES,
              Content.PHONE_NUMBERS,
              Content.PHONE_NUMBERS,
              Content.EMAIL_ADDRESSES,
              Content.NOT_READ,
              Content.NOT_READ,
              Content.NOT_READ,
              Content.NOT_READ);
    }
  }

  private static AddressBook parse(String text) throws AddressBookException {
    return AddressBook.parse(
        text.getBytes(StandardCharsets.UTF_8), WrittenIdentifiers.international());
  }

  private static List<String> canonical(Contact contact) {
    return contact.identifiers().stream().map(Identifier::canonical).toList();
  }

  private static String row(String separator, String... fields) {
    return row(separator, List.of(fields));
  }

  private static String row(String separator, List<String> fields) {
    return fields.stream()
            .map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
            .collect(Collectors.joining(separator))
        + "\r\n";
  }
}
