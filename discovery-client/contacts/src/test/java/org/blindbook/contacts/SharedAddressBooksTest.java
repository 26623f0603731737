package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.numbering.NumberingPlans;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Address books made after public bug reports, which are no part of the project: read where they
 * are, and skipped where they are not.
 */
class SharedAddressBooksTest {
  private static final Path FOLDER = Path.of("../../../shared/cases/address-books");

  private record Case(
      String region, Set<String> matches, Set<String> never, List<Integer> skipped) {}

  static List<Arguments> cases() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(FOLDER), "the shared address books are not here");
    return expected().entrySet().stream()
        .map(book -> Arguments.of(book.getKey(), book.getValue()))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void findsTheRightAccountsAndNoStrangers(String name, Case expected)
      throws IOException, AddressBookException, UnknownRegionException, IdentifierException {
    WrittenIdentifiers identifiers =
        expected.region().isEmpty()
            ? WrittenIdentifiers.international()
            : WrittenIdentifiers.dialledIn(expected.region());
    AddressBook book = AddressBook.read(FOLDER.resolve(name), identifiers);
    Map<Identifier, String> accounts = registered();
    Set<String> found =
        book.identifiers().stream()
            .map(NumberingPlans::current)
            .filter(accounts::containsKey)
            .map(accounts::get)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected.matches());
    assertThat(found).noneMatch(expected.never()::contains);
    if (!expected.skipped().contains(null)) {
      assertThat(book.skipped())
          .extracting(Skipped::line)
          .containsExactlyElementsOf(expected.skipped());
    }
  }

  private static Map<Identifier, String> registered() throws IOException, IdentifierException {
    Map<Identifier, String> accounts = new HashMap<>();
    try (Stream<String> lines = Files.lines(FOLDER.resolve("registered.csv"))) {
      for (String line : lines.skip(1).toList()) {
        int comma = line.lastIndexOf(',');
        accounts.put(
            NumberingPlans.current(Identifier.parse(line.substring(0, comma).replace("\"", ""))),
            line.substring(comma + 1));
      }
    }
    return accounts;
  }

  private static Map<String, Case> expected() throws IOException {
    Map<String, Case> cases = new LinkedHashMap<>();
    try (JsonParser json =
        new JsonFactory().createParser(FOLDER.resolve("expected.json").toFile())) {
      while (json.nextToken() != JsonToken.FIELD_NAME || !json.currentName().equals("cases")) {
        continue;
      }
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        cases.put(name, oneCase(json));
      }
    }
    return cases;
  }

  private static Case oneCase(JsonParser json) throws IOException {
    String region = "";
    Set<String> matches = new TreeSet<>();
    Set<String> never = new TreeSet<>();
    List<Integer> skipped = new ArrayList<>();
    skipped.add(null);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "region" -> region = value == JsonToken.VALUE_NULL ? "" : json.getText();
        case "matches", "never" -> {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            json.nextToken();
            (field.equals("matches") ? matches : never).add(json.nextTextValue());
            json.nextToken();
          }
        }
        case "skippedLines" -> {
          if (value == JsonToken.START_ARRAY) {
            skipped.clear();
            while (json.nextToken() != JsonToken.END_ARRAY) {
              skipped.add(json.getIntValue());
            }
          }
        }
        default -> json.skipChildren();
      }
    }
    return new Case(region, matches, never, skipped);
  }
}
