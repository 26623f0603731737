package org.blindbook.edge.identifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors, which were computed by other code than the one under test. */
class IdentifierVectorsTest {

  record Vector(String note, String input, String canonical, String lookupKey) {
    @Override
    public String toString() {
      return note;
    }
  }

  static List<Vector> vectors() throws IOException {
    Path file = Path.of(System.getProperty("blindbook.home"), "docs/vectors/identifiers.json");
    List<Vector> vectors = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      while (json.nextToken() != JsonToken.START_ARRAY) {
        assertThat(json.currentToken()).isNotNull();
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        vectors.add(vector(json));
      }
    }
    return vectors;
  }

  private static Vector vector(JsonParser json) throws IOException {
    String[] fields = new String[4];
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "note" -> fields[0] = json.getText();
        case "input" -> fields[1] = json.getText();
        case "canonical" -> fields[2] = json.getText();
        case "lookupKey" -> fields[3] = json.getText();
        case "rejected" -> assertThat(json.getBooleanValue()).isTrue();
        default -> throw new AssertionError("unknown field " + name);
      }
    }
    return new Vector(fields[0], fields[1], fields[2], fields[3]);
  }

  @Test
  void thereAreVectorsOfBothKinds() throws IOException {
    assertThat(vectors()).filteredOn(v -> v.canonical() != null).hasSizeGreaterThan(60);
    assertThat(vectors()).filteredOn(v -> v.canonical() == null).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void matchesTheVector(Vector vector) throws IdentifierException {
    if (vector.canonical() == null) {
      assertThatThrownBy(() -> Identifier.parse(vector.input()))
          .isInstanceOf(IdentifierException.class);
      return;
    }
    Identifier identifier = Identifier.parse(vector.input());
    assertThat(identifier.canonical()).isEqualTo(vector.canonical());
    assertThat(HexFormat.of().formatHex(LookupKey.truncated(identifier).bytes()))
        .isEqualTo(vector.lookupKey());
    assertThat(Identifier.parse(vector.canonical())).isEqualTo(identifier);
  }
}
