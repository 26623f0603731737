package org.blindbook.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lines that {@code blindbook bench table --json} printed. */
final class RawResults {
  private RawResults() {}

  /** One measurement; only what tables and plots need. */
  record Cell(
      long users,
      int batch,
      int threads,
      int slotsPerBin,
      int bins,
      double usPerLookup,
      double routingUs,
      double passNsPerSlot,
      double readNsPerSlot,
      double updatesPerSecond,
      double loadPerSecond) {

    /** As tables and plots have them. */
    static final Comparator<Cell> ORDER =
        Comparator.comparingLong(Cell::users)
            .thenComparingInt(Cell::batch)
            .thenComparingInt(Cell::threads);

    boolean isPowerOfTwo() {
      return Long.bitCount(users) == 1;
    }

    int logUsers() {
      return 63 - Long.numberOfLeadingZeros(users);
    }

    /** "2^20", or the number. */
    String usersText() {
      return isPowerOfTwo() ? "2^" + logUsers() : Long.toString(users);
    }
  }

  /**
   * Reads a file of measurements, in its order.
   *
   * @throws IOException when it cannot be read, or a line is not such a measurement; says which
   */
  static List<Cell> read(Path file) throws IOException {
    List<Cell> cells = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        try {
          cells.add(cell(line));
        } catch (IOException | NumberFormatException e) {
          throw new IOException(
              file + ", line " + number + ", is not a line of blindbook bench table --json.", e);
        }
      }
    }
    return cells;
  }

  /** The values of a line's object, but for those that are objects or lists. */
  static Map<String, String> fields(String line) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken().isScalarValue()) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
    return fields;
  }

  private static Cell cell(String line) throws IOException {
    Map<String, String> fields = fields(line);
    return new Cell(
        Long.parseLong(get(fields, "n")),
        Integer.parseInt(get(fields, "batch")),
        Integer.parseInt(get(fields, "threads")),
        Integer.parseInt(get(fields, "c")),
        Integer.parseInt(get(fields, "bins")),
        Double.parseDouble(get(fields, "usPerLookup")),
        Double.parseDouble(get(fields, "routingUs")),
        Double.parseDouble(get(fields, "passNsPerSlot")),
        Double.parseDouble(get(fields, "readNsPerSlot")),
        Double.parseDouble(get(fields, "updatesPerSecond")),
        Double.parseDouble(get(fields, "loadPerSecond")));
  }

  static String get(Map<String, String> fields, String name) throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("no " + name);
    }
    return value;
  }
}
