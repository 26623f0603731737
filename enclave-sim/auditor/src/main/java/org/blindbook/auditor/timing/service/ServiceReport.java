package org.blindbook.auditor.timing.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.blindbook.auditor.timing.statistics.WelchTest;

/** What the clock showed of a whole service. */
public record ServiceReport(List<Part> parts) {
  private static final int EQUAL = 0;
  private static final int DIFFERS = 2;
  private static final int BLIND = 3;

  /** Measurements of a class, below which nothing is shown. */
  static final int FEWEST = 100;

  private static final double LIMIT = WelchTest.LIMIT;
  private static final double SEEN = WelchTest.SEEN;

  /**
   * Of the service in one mode.
   *
   * @param sessions measured, of all contests
   * @param nanos that they took together
   */
  record Part(String mode, List<Row> rows, long sessions, long nanos) {
    double sessionsPerSecond() {
      return sessions / (nanos / 1e9);
    }
  }

  /**
   * One quantity of a contest.
   *
   * @param planted whether the second class must be seen to take longer
   * @param sessions of both classes
   * @param smallerClass measurements of the class that has fewer
   */
  record Row(
      String mode,
      String contest,
      Quantity quantity,
      boolean planted,
      int sessions,
      int smallerClass,
      WelchTest.Outcome test) {

    enum Verdict {
      EQUAL,
      DIFFERS,
      SEEN,
      NOT_SEEN,
      TOO_FEW
    }

    Verdict verdict() {
      if (smallerClass < FEWEST || Double.isNaN(test.t())) {
        return Verdict.TOO_FEW;
      }
      if (planted) {
        // The second class is the slower one; whatever else differs is not what was planted.
        return test.t() < -SEEN ? Verdict.SEEN : Verdict.NOT_SEEN;
      }
      return Math.abs(test.t()) < LIMIT ? Verdict.EQUAL : Verdict.DIFFERS;
    }

    /** A difference of the means from here on would have been seen. */
    double visibleNanos() {
      return LIMIT * test.resolution();
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%-9s  %-34s %-11s %,8d sessions %8.1f us %+8.1f us  t %7.2f (%6.2f %% kept)"
              + "  would show %6.2f us  %s",
          mode,
          contest,
          quantity.text(),
          sessions,
          test.means()[0] / 1e3,
          (test.means()[1] - test.means()[0]) / 1e3,
          test.t(),
          100 * test.below(),
          visibleNanos() / 1e3,
          verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }

  private Stream<Row> rows() {
    return parts.stream().flatMap(part -> part.rows().stream());
  }

  private boolean has(Row.Verdict verdict) {
    return rows().anyMatch(row -> row.verdict() == verdict);
  }

  /** 0 equal, 2 differs, 3 nothing shown. */
  public int exitCode() {
    if (has(Row.Verdict.DIFFERS)) {
      return DIFFERS;
    }
    return has(Row.Verdict.NOT_SEEN) || has(Row.Verdict.TOO_FEW) ? BLIND : EQUAL;
  }

  private String conclusion() {
    return switch (exitCode()) {
      case EQUAL -> "EQUAL: no class took longer than another, and what was planted was seen.";
      case DIFFERS ->
          "DIFFERS: the time depends on a secret. Repeat it on an idle machine, then look into it"
              + " with: blindbook audit trace --machine-code";
      default ->
          "BLIND: what was planted was not seen, so nothing is shown. Ask for more sessions, on an"
              + " idle machine.";
    };
  }

  /** A line for each quantity of each contest, and the conclusion. */
  public String text() {
    StringBuilder text = new StringBuilder();
    rows().forEach(row -> text.append(row.text()).append('\n'));
    for (Part part : parts) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d sessions in %.0f s, %.0f a second%n",
              part.mode(),
              part.sessions(),
              part.nanos() / 1e9,
              part.sessionsPerSecond()));
    }
    return text.append(conclusion()).toString();
  }

  /** The same as one object. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("exitCode", exitCode());
      json.writeStringField("conclusion", conclusion());
      json.writeNumberField("limit", LIMIT);
      json.writeArrayFieldStart("services");
      for (Part part : parts) {
        write(json, part);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Part part) throws IOException {
    json.writeStartObject();
    json.writeStringField("mode", part.mode());
    json.writeNumberField("sessions", part.sessions());
    json.writeNumberField("seconds", part.nanos() / 1e9);
    json.writeNumberField("sessionsPerSecond", part.sessionsPerSecond());
    json.writeArrayFieldStart("contests");
    for (Row row : part.rows()) {
      json.writeStartObject();
      json.writeStringField("name", row.contest());
      json.writeStringField("quantity", row.quantity().text());
      json.writeBooleanField("planted", row.planted());
      json.writeNumberField("sessions", row.sessions());
      json.writeNumberField("firstMeanNanos", row.test().means()[0]);
      json.writeNumberField("secondMeanNanos", row.test().means()[1]);
      json.writeNumberField("t", row.test().t());
      json.writeNumberField("kept", row.test().below());
      json.writeNumberField("visibleNanos", row.visibleNanos());
      json.writeStringField("verdict", row.verdict().name());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
