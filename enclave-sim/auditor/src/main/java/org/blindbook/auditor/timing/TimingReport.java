package org.blindbook.auditor.timing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.blindbook.auditor.timing.statistics.WelchTest;

/**
 * What the clock showed.
 *
 * @param kernel name of the kernels that were timed
 */
record TimingReport(String kernel, List<Row> rows) {
  static final int EQUAL = 0;
  static final int DIFFERS = 2;
  static final int BLIND = 3;

  private static final double LIMIT = WelchTest.LIMIT;
  private static final double SEEN = WelchTest.SEEN;

  /**
   * One contest.
   *
   * @param firstMean of all measurements, in nanoseconds a batch
   * @param t the largest |t| of the tests, with its sign
   * @param below share of the measurements that this test kept
   * @param resolution standard error of the difference in the sharpest test, in nanoseconds
   */
  record Row(
      String name,
      boolean planted,
      int batches,
      double firstMean,
      double secondMean,
      double t,
      double below,
      double resolution) {

    /** A line of the timed process. */
    static Row parse(String line) {
      String[] part = line.split("\\|");
      return new Row(
          part[0],
          Boolean.parseBoolean(part[1]),
          Integer.parseInt(part[2]),
          Double.parseDouble(part[3]),
          Double.parseDouble(part[4]),
          Double.parseDouble(part[5]),
          Double.parseDouble(part[6]),
          Double.parseDouble(part[7]));
    }

    boolean passes() {
      return planted ? Math.abs(t) > SEEN : Math.abs(t) < LIMIT;
    }

    /** A difference of the means from here on would have been seen. */
    double visibleNanos() {
      return LIMIT * resolution;
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%-38s %,9d batches  %9.0f ns  t %8.2f (%.2f %% kept)  would show %.1f ns  %s",
          name,
          batches,
          (firstMean + secondMean) / 2,
          t,
          100 * below,
          visibleNanos(),
          planted ? (passes() ? "seen" : "NOT SEEN") : passes() ? "equal" : "DIFFERS");
    }
  }

  boolean sees() {
    return rows.stream().filter(Row::planted).allMatch(Row::passes);
  }

  int exitCode() {
    if (!rows.stream().filter(row -> !row.planted()).allMatch(Row::passes)) {
      return DIFFERS;
    }
    return sees() ? EQUAL : BLIND;
  }

  String conclusion() {
    return switch (exitCode()) {
      case EQUAL -> "EQUAL: no class took longer than another, and the planted leak was seen.";
      case DIFFERS ->
          "DIFFERS: the time depends on the input. Repeat it on an idle machine, then look into it"
              + " with: blindbook audit trace --machine-code";
      default ->
          "BLIND: the planted leak was not seen, so nothing is shown. Measure more batches, on an"
              + " idle machine.";
    };
  }

  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("exitCode", exitCode());
      json.writeStringField("conclusion", conclusion());
      json.writeStringField("kernel", kernel);
      json.writeNumberField("limit", LIMIT);
      json.writeArrayFieldStart("contests");
      for (Row row : rows) {
        json.writeStartObject();
        json.writeStringField("name", row.name());
        json.writeBooleanField("planted", row.planted());
        json.writeNumberField("batches", row.batches());
        json.writeNumberField("firstMeanNanos", row.firstMean());
        json.writeNumberField("secondMeanNanos", row.secondMean());
        json.writeNumberField("t", row.t());
        json.writeNumberField("kept", row.below());
        json.writeNumberField("visibleNanos", row.visibleNanos());
        json.writeBooleanField("passes", row.passes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
