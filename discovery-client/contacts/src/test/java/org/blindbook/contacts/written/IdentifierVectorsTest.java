package org.blindbook.contacts.written;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the core reads, the address book reads the same way: a number must not change its form on
 * its way through libphonenumber.
 */
class IdentifierVectorsTest {

  static Stream<Arguments> accepted() throws IOException {
    Path file = Path.of(System.getProperty("blindbook.home"), "docs/vectors/identifiers.json");
    Map<String, String> accepted = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      String input = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && json.currentName().equals("input")) {
          input = json.getText();
        } else if (token == JsonToken.VALUE_STRING && json.currentName().equals("canonical")) {
          accepted.put(input, json.getText());
        }
      }
    }
    assertThat(accepted).hasSizeGreaterThan(60);
    return accepted.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void readsTheVectorLikeTheCore(String input, String canonical) {
    assertThat(WrittenIdentifiers.international().read(input).found())
        .extracting(Identifier::canonical)
        .containsExactly(canonical);
  }
}
