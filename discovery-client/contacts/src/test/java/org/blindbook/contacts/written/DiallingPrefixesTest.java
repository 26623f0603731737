package org.blindbook.contacts.written;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiallingPrefixesTest {
  private static final List<String> ROWS = DiallingPrefixes.lines();

  static Stream<String> rows() {
    return ROWS.stream();
  }

  /** A row that no field of {@code fields.txt} needs would never be missed. */
  @ParameterizedTest
  @MethodSource("rows")
  void isNeeded(String row) throws IOException {
    List<String> others = new ArrayList<>(ROWS);
    others.remove(row);
    Map<String, String> with = read(DiallingPrefixes.of(ROWS));
    Map<String, String> without = read(DiallingPrefixes.of(others));
    assertThat(WrittenFieldsTest.lines())
        .as("fields that are read with this row only")
        .anyMatch(
            line -> {
              String expected = "tel:" + line.split(" \\| ", 3)[2];
              return expected.equals(with.get(line)) && !expected.equals(without.get(line));
            });
  }

  private static Map<String, String> read(DiallingPrefixes prefixes) throws IOException {
    Map<String, DialledNumbers> regions = new HashMap<>();
    Map<String, String> read = new HashMap<>();
    for (String line : WrittenFieldsTest.lines()) {
      String[] columns = line.split(" \\| ", 3);
      DialledNumbers numbers =
          regions.computeIfAbsent(
              columns[0], code -> new DialledNumbers(code.equals("-") ? null : code, prefixes));
      try {
        String dialled = NumberText.of(columns[1]);
        read.put(line, numbers.read(dialled).identifier().canonical());
      } catch (UnreadableException e) {
        read.put(line, e.reason());
      }
    }
    return read;
  }
}
