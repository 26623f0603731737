package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Address books in the shapes that phones and mail services export them in, each beside a file that
 * says what is in it: the region, the contacts, the lines that cannot be read. Written by hand.
 */
class AddressBookCorpusTest {

  static Path folder() {
    try {
      return Path.of(AddressBookCorpusTest.class.getResource("books").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> books() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".expected"))
          .sorted()
          .toList();
    }
  }

  static WrittenIdentifiers identifiers(String region) throws UnknownRegionException {
    return region.equals("-")
        ? WrittenIdentifiers.international()
        : WrittenIdentifiers.dialledIn(region);
  }

  @ParameterizedTest
  @MethodSource("books")
  void holdsExactlyWhatWasExpected(String name)
      throws IOException, AddressBookException, UnknownRegionException {
    String expected =
        Files.readString(folder().resolve(name + ".expected"), StandardCharsets.UTF_8);
    String region = expected.lines().findFirst().orElseThrow().replace("region ", "");
    AddressBook book = AddressBook.read(folder().resolve(name), identifiers(region));
    assertThat(described(region, book)).isEqualTo(expected);
  }

  private static String described(String region, AddressBook book) {
    Stream<String> contacts =
        book.contacts().stream()
            .map(
                contact ->
                    "contact %s | %s"
                        .formatted(
                            contact.name(),
                            contact.identifiers().stream()
                                .map(Identifier::canonical)
                                .collect(Collectors.joining(" ")))
                        .strip());
    Stream<String> skipped =
        book.skipped().stream().map(s -> "skip %d | %s".formatted(s.line(), s.reason()));
    return Stream.of(Stream.of("region " + region), contacts, skipped)
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
