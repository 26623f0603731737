package org.blindbook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Lines that {@code docs/performance/measure-service} wrote: rates, and times of some runs. */
final class ServiceFigures {
  private ServiceFigures() {}

  /**
   * The lines as a table, in their order.
   *
   * @throws IOException when the file cannot be read, or a line is not such a figure; says which
   */
  static String markdown(Path file) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            | what | measured | for each core | for each second of the enclave's processor time | fastest to slowest |
            |---|---|---|---|---|
            """);
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        try {
          text.append(row(RawResults.fields(line)));
        } catch (IOException e) {
          throw new IOException(
              file + ", line " + number + ", is not a figure of measure-service.", e);
        }
      }
    }
    return text.toString();
  }

  private static String row(Map<String, String> figure) throws IOException {
    String measured =
        RawResults.get(figure, "figure")
            + " | "
            + RawResults.get(figure, "value")
            + " "
            + RawResults.get(figure, "unit");
    return figure.containsKey("runs")
        ? "| "
            + measured
            + " (median of "
            + figure.get("runs")
            + ") | | | "
            + RawResults.get(figure, "fastest")
            + " to "
            + RawResults.get(figure, "slowest")
            + " |\n"
        : "| "
            + measured
            + " | "
            + RawResults.get(figure, "perCore")
            + " | "
            + RawResults.get(figure, "perEnclaveCpuSecond")
            + " | |\n";
  }
}
