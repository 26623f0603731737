package org.blindbook.loadtest.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.OptionalInt;
import org.blindbook.loadtest.measurement.Counts;
import org.blindbook.loadtest.measurement.Phase;
import org.blindbook.loadtest.measurement.Quantiles;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.measurement.Second;
import org.blindbook.loadtest.measurement.WrongContacts;

/** A report as one JSON document, of one line. Times are milliseconds, rates a second. */
public final class JsonReport {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  /** Writes the document and a line feed, and leaves the writer open. */
  public static void write(LoadReport report, Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      new JsonReport(json).write(report);
    }
    out.write('\n');
    out.flush();
  }

  private void write(LoadReport report) throws IOException {
    Results results = report.results();
    json.writeStartObject();
    settings(report.settings());
    number("seconds", results.scheduledSeconds());
    rounded("goodput", results.goodput());
    counts(results.counts());
    json.writeNumberField("unfinished", results.unfinished());
    wrongContacts(results.wrongContacts());
    quantiles("latency", results.answers());
    quantiles("attemptLatency", results.attempts());
    quantiles("generatorDelay", results.delays());
    rounded("generatorCpuSeconds", report.cpuSeconds());
    rounded("generatorCpuMsPerAttempt", report.cpuMillisPerAttempt());
    if (report.fallsAtTheEnd()) {
      OptionalInt recovery = report.recoverySeconds();
      if (recovery.isPresent()) {
        number("recoverySeconds", recovery.getAsInt());
      } else {
        json.writeNullField("recoverySeconds");
      }
    }
    json.writeArrayFieldStart("phases");
    for (Phase phase : results.phases()) {
      write(phase);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("timeline");
    for (Second second : results.timeline()) {
      write(second);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("warnings");
    for (String warning : report.warnings()) {
      json.writeString(warning);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void settings(Settings settings) throws IOException {
    json.writeObjectFieldStart("settings");
    json.writeStringField("profile", settings.profile());
    if (settings.scale() > 0) {
      rounded("scale", settings.scale());
    } else {
      rounded("rate", settings.rate());
    }
    number("duration", settings.seconds());
    json.writeStringField("arrivals", settings.arrivals());
    json.writeStringField("retry", settings.retry());
    json.writeStringField("verify", settings.verify());
    json.writeNumberField("seed", settings.seed());
    number("users", settings.users());
    number("accounts", settings.accounts());
    number("contacts", settings.contacts());
    rounded("registered", settings.registered());
    number("warmUp", settings.warmUpSeconds());
    number("timeout", settings.timeoutSeconds());
    number("inFlight", settings.inFlight());
    number("threads", settings.threads());
    json.writeEndObject();
  }

  private void counts(Counts counts) throws IOException {
    json.writeNumberField("offered", counts.offered());
    json.writeNumberField("notSent", counts.notSent());
    json.writeNumberField("attempts", counts.attempts());
    json.writeNumberField("repeated", counts.repeated());
    json.writeNumberField("right", counts.right());
    json.writeNumberField("wrong", counts.wrong());
    json.writeNumberField("timedOut", counts.timedOut());
    json.writeNumberField("gaveUp", counts.gaveUp());
    kinds("refused", counts.refused());
    kinds("failed", counts.failed());
  }

  private void kinds(String name, Map<String, Long> counts) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> kind : counts.entrySet()) {
      json.writeNumberField(kind.getKey(), kind.getValue());
    }
    json.writeEndObject();
  }

  private void wrongContacts(WrongContacts contacts) throws IOException {
    json.writeObjectFieldStart("wrongContacts");
    json.writeNumberField("missing", contacts.missing());
    json.writeNumberField("invented", contacts.invented());
    json.writeNumberField("mistaken", contacts.mistaken());
    json.writeEndObject();
  }

  private void quantiles(String name, Quantiles times) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", times.count());
    rounded("mean", times.mean());
    rounded("p50", times.p50());
    rounded("p90", times.p90());
    rounded("p99", times.p99());
    rounded("p999", times.p999());
    rounded("max", times.max());
    json.writeEndObject();
  }

  private void write(Phase phase) throws IOException {
    json.writeStartObject();
    number("from", phase.from());
    number("to", phase.to());
    rounded("offeredRate", phase.offered());
    rounded("goodput", phase.goodput());
    counts(phase.counts());
    quantiles("latency", phase.answers());
    quantiles("attemptLatency", phase.attempts());
    json.writeEndObject();
  }

  private void write(Second second) throws IOException {
    Counts counts = second.counts();
    json.writeStartObject();
    number("second", second.number());
    json.writeNumberField("offered", counts.offered());
    json.writeNumberField("notSent", counts.notSent());
    json.writeNumberField("attempts", counts.attempts());
    json.writeNumberField("right", counts.right());
    json.writeNumberField("wrong", counts.wrong());
    json.writeNumberField("refused", counts.refusals());
    json.writeNumberField("failed", counts.failures());
    json.writeNumberField("timedOut", counts.timedOut());
    json.writeNumberField("underWay", second.underWay());
    rounded("p50", second.answers().p50());
    rounded("p99", second.answers().p99());
    rounded("max", second.answers().max());
    json.writeEndObject();
  }

  private void number(String name, int value) throws IOException {
    json.writeNumberField(name, value);
  }

  private void rounded(String name, double value) throws IOException {
    json.writeNumberField(name, Math.round(value * 1e3) / 1e3);
  }
}
