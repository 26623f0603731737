package org.blindbook.auditor.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.blindbook.auditor.image.Installation;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.Verdict.Divergence;
import org.blindbook.auditor.trace.Verdict.Seen;
import org.blindbook.auditor.trace.coverage.LineCoverage;
import org.blindbook.auditor.trace.instrument.Site;

/** The report for programs: one JSON object. */
final class JsonReport {
  private JsonReport() {}

  static String of(TraceReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(report, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(TraceReport report, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("image", Installation.name(report.image().program()));
    json.writeStringField("outcome", report.outcome().name().toLowerCase(Locale.ROOT));
    json.writeStringField("scale", report.scale().name().toLowerCase(Locale.ROOT));
    texts(json, "jars", report.image().digests());
    json.writeArrayFieldStart("families");
    for (FamilyResult family : report.families()) {
      write(family, json);
    }
    json.writeEndArray();
    texts(json, "trusted", report.trusted());
    lists(json, "kernelClasses", report.kernelClasses());
    lines(json, report);
    json.writeEndObject();
  }

  private static void lines(JsonGenerator json, TraceReport report) throws IOException {
    LineCoverage coverage = report.coverage();
    json.writeObjectFieldStart("lines");
    json.writeNumberField("all", coverage.lines());
    json.writeBooleanField("judged", report.whole());
    lines(json, "notRun", coverage.notRun());
    lines(json, "unreviewed", coverage.unreviewed());
    json.writeArrayFieldStart("outdated");
    for (String entry : coverage.outdated()) {
      json.writeString(entry);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void lines(JsonGenerator json, String name, List<Site> lines) throws IOException {
    json.writeArrayFieldStart(name);
    for (Site line : lines) {
      json.writeStartObject();
      json.writeStringField("class", line.type());
      json.writeStringField("method", line.method());
      json.writeNumberField("line", line.line());
      json.writeStringField("digest", line.detail());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void lists(JsonGenerator json, String name, Map<String, Set<String>> lists)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Set<String>> list : lists.entrySet()) {
      json.writeArrayFieldStart(list.getKey());
      for (String text : list.getValue()) {
        json.writeString(text);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private static void write(FamilyResult family, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("kernel", family.kernel());
    json.writeStringField("family", family.family().name());
    json.writeNumberField("inputs", family.family().inputs().size());
    json.writeNumberField("events", family.events());
    json.writeNumberField("millis", family.millis());
    json.writeStringField("verdict", TextReport.word(family.verdict()).toLowerCase(Locale.ROOT));
    switch (family.verdict()) {
      case Verdict.Equal equal -> {}
      case Verdict.Differs differs -> write(differs.at(), json);
      case Verdict.Nondeterministic twice -> json.writeStringField("input", twice.input());
      case Verdict.Unanalysed unanalysed -> {
        json.writeArrayFieldStart("because");
        for (String reason : unanalysed.because()) {
          json.writeString(reason);
        }
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }

  private static void write(Divergence at, JsonGenerator json) throws IOException {
    json.writeNumberField("event", at.event());
    write(json, "first", at.firstInput(), at.first());
    write(json, "other", at.otherInput(), at.other());
    json.writeStringField("before", at.before().toString());
  }

  private static void write(JsonGenerator json, String name, String input, Seen seen)
      throws IOException {
    Site site = seen.site();
    json.writeObjectFieldStart(name);
    json.writeStringField("input", input);
    json.writeStringField("class", site.type());
    json.writeStringField("method", site.method());
    json.writeNumberField("line", site.line());
    json.writeStringField("event", site.event());
    json.writeStringField("detail", site.detail());
    json.writeNumberField("value", seen.value());
    json.writeEndObject();
  }
}
