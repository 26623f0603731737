package org.blindbook.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.blindbook.loadtest.measurement.Meter;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.measurement.Timeline;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class LoadReportTest {
  private static final Outcome RIGHT = new Outcome.Right();

  private final Meter meter = new Meter();

  private static Settings settings(int users) {
    return new Settings(
        "step", 20, 0, 30, "even", "none", "first", 1, users, 100, 500, 0.25, 3, 10, 2_000, 1);
  }

  private void second(Timeline timeline, int offered, int right, Outcome others) {
    for (int i = 0; i < offered; i++) {
      meter.offered();
      meter.attempt(true, 1_000);
      meter.ended(i < right ? RIGHT : others, 25_000_000L, 20_000_000L);
    }
    timeline.tick();
  }

  /** Ten seconds of each of 20, 200 and 14 clients a second. */
  private LoadReport stepped(int recoveredAfter) {
    Timeline timeline = new Timeline(meter, List.of(10, 20, 30));
    Outcome busy = new Outcome.Refused("HTTP 503", 2, true);
    IntStream.range(0, 10).forEach(i -> second(timeline, 20, 20, busy));
    IntStream.range(0, 10).forEach(i -> second(timeline, 200, 30, busy));
    IntStream.range(0, 10).forEach(i -> second(timeline, 14, i < recoveredAfter ? 9 : 14, busy));
    return new LoadReport(settings(10), timeline.results(), 1.5);
  }

  @Test
  void recoveryIsWhenGoodputStaysWhereItShould() {
    assertThat(stepped(0).recoverySeconds()).hasValue(0);
  }

  @Test
  void recoveryIsLateWhereClientsAreStillRefused() {
    assertThat(stepped(3).recoverySeconds()).hasValue(3);
  }

  @Test
  void withoutRecoveryThereIsNone() {
    LoadReport report = stepped(10);
    assertThat(report.fallsAtTheEnd()).isTrue();
    assertThat(report.recoverySeconds()).isEmpty();
    assertThat(text(report)).contains("did not come back");
  }

  @Test
  void theJsonIsOneDocumentWithEveryFigure() throws Exception {
    LoadReport report = stepped(3);
    StringWriter out = new StringWriter();
    JsonReport.write(report, out);
    assertThat(out.toString()).endsWith("}\n").hasLineCount(1);
    Map<String, Object> top = topLevel(out.toString());
    assertThat(top)
        .containsEntry("seconds", 30.0)
        .containsEntry("offered", 2340.0)
        .containsEntry("right", 625.0)
        .containsEntry("goodput", 20.833)
        .containsEntry("wrong", 0.0)
        .containsEntry("notSent", 0.0)
        .containsEntry("recoverySeconds", 3.0)
        .containsEntry("generatorCpuSeconds", 1.5)
        .containsKeys("latency", "attemptLatency", "refused", "failed", "phases", "timeline");
    assertThat(out.toString())
        .contains("\"refused\":{\"HTTP 503\":1715}")
        .contains("\"latency\":{\"count\":625,\"mean\":25.0")
        .contains("\"attemptLatency\":{\"count\":625,\"mean\":20.0")
        .contains("{\"second\":29,\"offered\":14,");
  }

  /** Numbers of the top level, and the names of what else is there. */
  private static Map<String, Object> topLevel(String json) throws Exception {
    Map<String, Object> fields = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        fields.put(name, value.isNumeric() ? parser.getDoubleValue() : value.name());
        parser.skipChildren();
      }
      assertThat(parser.nextToken()).isNull();
    }
    return fields;
  }

  @Test
  void thePlotIsXmlWithALineForEachFigure() throws Exception {
    String svg = TimelinePlot.svg(stepped(3));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    Set<String> words = new TreeSet<>();
    var texts = document.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      words.add(texts.item(i).getTextContent());
    }
    assertThat(words)
        .contains("offered", "right answers", "refused", "not sent", "p50", "p99", "seconds")
        .contains("200", "30");
    assertThat(svg.lines().filter(line -> line.startsWith("<path d=\"M") && line.contains("L")))
        .as("a line of 30 seconds for each of eight figures")
        .hasSize(8)
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == 'L')).hasSize(29));
    assertThat(TimelinePlot.svg(stepped(3))).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void aRunWithoutASecondHasAPlot() {
    LoadReport empty = new LoadReport(settings(1), new Timeline(meter, List.of(5)).results(), 0);
    assertThat(TimelinePlot.svg(empty)).doesNotContain("NaN").doesNotContain("Infinity");
    assertThat(text(empty)).contains("goodput");
  }

  private static String text(LoadReport report) {
    StringWriter text = new StringWriter();
    TextReport.write(report, new PrintWriter(text));
    return text.toString();
  }

  @Test
  void theTableSaysWhoRefusedAndWhen() {
    assertThat(text(stepped(3)))
        .contains("goodput                      20.8  right answers a second")
        .contains("1,715  HTTP 503")
        .contains("from second 3 on")
        .containsPattern("10 to 20 +200\\.0 +30\\.0 +1,700");
  }

  @Test
  void whatSpoilsTheFiguresIsSaidLoudly() {
    Timeline timeline = new Timeline(meter, List.of(1));
    meter.offered();
    meter.notSent();
    meter.offered();
    meter.attempt(true, 200_000_000);
    meter.ended(new Outcome.Wrong(2, 1, 0), 1, 1);
    timeline.tick();
    List<String> warnings = new LoadReport(settings(0), timeline.results(), 0).warnings();
    assertThat(warnings).hasSize(4);
    assertThat(warnings.get(0)).contains("WRONG ANSWERS: 1 discoveries, with 2 contacts missing");
    assertThat(warnings.get(1)).contains("GENERATOR WAS THE BOTTLENECK: 1 of 2 clients");
    assertThat(warnings.get(2)).contains("GENERATOR WAS LATE").contains("200 ms");
    assertThat(warnings.get(3)).contains("--users 0");
    assertThat(stepped(0).warnings()).as("of a good run").noneMatch(w -> w.contains("WAS LATE"));
  }
}
