package org.blindbook.edge.numbering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.identifier.LookupKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberingPlansTest {
  private static final Path VECTORS = Path.of("../../docs/vectors/forms.json");

  /** One subscriber: the forms in order, and their lookup keys of mode truncated. */
  record Vector(String note, List<String> forms, List<String> keys) {
    @Override
    public String toString() {
      return note;
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(VECTORS.toFile())) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_ARRAY);
      while (json.nextToken() == JsonToken.START_OBJECT) {
        String note = "";
        List<String> forms = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          if (field.equals("note")) {
            note = json.getText();
          } else {
            List<String> into = field.equals("forms") ? forms : keys;
            while (json.nextToken() != JsonToken.END_ARRAY) {
              into.add(json.getText());
            }
          }
        }
        vectors.add(new Vector(note, forms, keys));
      }
    }
    return vectors;
  }

  private static Identifier parse(String text) {
    try {
      return Identifier.parse(text);
    } catch (IdentifierException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void givesTheFormsOfTheVectors(Vector vector) {
    for (String form : vector.forms()) {
      List<Identifier> forms = NumberingPlans.forms(parse(form));
      assertThat(forms.stream().map(Identifier::canonical)).isEqualTo(vector.forms());
      assertThat(forms.stream().map(f -> HexFormat.of().formatHex(LookupKey.truncated(f).bytes())))
          .isEqualTo(vector.keys());
    }
  }

  @Test
  void hasVectorsOfEveryCountry() throws IOException {
    Stream<String> countries = vectors().stream().map(v -> v.note().split(",")[0]);
    assertThat(countries)
        .containsAll(NumberingPlans.changes().stream().map(PlanChange::country).toList());
  }

  /** Fixed lines of Brazil, nine digits that never had eight, and who is no telephone at all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "+551131230210",
        "+5511931230210",
        "+4915161000101",
        "+22901123456789",
        "ada@example.org",
        "username:ada"
      })
  void leavesEverythingElseAlone(String written) {
    assertThat(NumberingPlans.current(parse(written))).isEqualTo(parse(written));
    assertThat(NumberingPlans.forms(parse(written))).containsExactly(parse(written));
  }
}
