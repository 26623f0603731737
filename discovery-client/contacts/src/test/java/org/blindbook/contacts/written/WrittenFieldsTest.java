package org.blindbook.contacts.written;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.contacts.written.WrittenIdentifiers.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields of many countries and languages, with what is to be read: {@code fields.txt}. */
class WrittenFieldsTest {
  static List<String> lines() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(WrittenFieldsTest.class.getResourceAsStream("fields.txt"))) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  static Stream<Arguments> fields() throws IOException {
    return lines().stream()
        .map(
            line -> {
              String[] columns = line.split(" \\| ", 3);
              return Arguments.of(columns[0], columns[1].replace("\\n", "\n"), columns[2]);
            });
  }

  @ParameterizedTest
  @MethodSource("fields")
  void readsTheField(String region, String written, String expected) throws Exception {
    assertReads(region, written, expected, WrittenFieldsTest::shown);
  }

  /**
   * @param expected identifiers as shown, and ! with the start of a reason
   */
  static void assertReads(
      String region, String written, String expected, Function<Identifier, String> shown)
      throws UnknownRegionException {
    Reading reading = readerOf(region).read(written);
    String read =
        Stream.concat(
                reading.found().stream().map(shown),
                reading.problems().stream().map(reason -> "!" + reason))
            .collect(Collectors.joining(" "));
    if (expected.contains("!")) {
      assertThat(read).startsWith(expected);
    } else {
      assertThat(read).isEqualTo(expected);
    }
  }

  private static WrittenIdentifiers readerOf(String region) throws UnknownRegionException {
    return region.equals("-")
        ? WrittenIdentifiers.international()
        : WrittenIdentifiers.dialledIn(region);
  }

  private static String shown(Identifier identifier) {
    String canonical = identifier.canonical();
    return canonical.startsWith("username:")
        ? canonical.replace("username:", "@")
        : canonical.substring(canonical.indexOf(':') + 1);
  }
}
