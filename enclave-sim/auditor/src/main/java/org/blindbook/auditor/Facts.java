package org.blindbook.auditor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a command found, in order: one JSON object for programs, an indented table for people.
 * Values are texts, numbers, booleans, further facts, lists of these, and null for unknown.
 */
public final class Facts {
  private static final int NAME_WIDTH = 22;

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  public Facts put(String name, @Nullable Object value) {
    values.put(name, value);
    return this;
  }

  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(this, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case Facts facts -> {
        json.writeStartObject();
        for (Map.Entry<String, @Nullable Object> fact : facts.values.entrySet()) {
          json.writeFieldName(fact.getKey());
          write(fact.getValue(), json);
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(element, json);
        }
        json.writeEndArray();
      }
      case Boolean flag -> json.writeBoolean(flag);
      case Number number -> json.writeNumber(number.longValue());
      case null -> json.writeNull();
      default -> json.writeString(value.toString());
    }
  }

  public void print(PrintWriter out) {
    print(out, "");
    out.flush();
  }

  private void print(PrintWriter out, String indent) {
    values.forEach((name, value) -> print(out, indent, name, value));
  }

  private static void print(PrintWriter out, String indent, String name, @Nullable Object value) {
    String label = indent + name;
    switch (value) {
      case Facts facts -> {
        out.println(label);
        facts.print(out, indent + "  ");
      }
      case List<?> list when list.isEmpty() -> out.println(padded(label) + "none");
      case List<?> list -> {
        out.println(label);
        list.forEach(element -> out.println(indent + "  " + line(element)));
      }
      case null -> out.println(padded(label) + "unknown");
      default -> out.println(padded(label) + value);
    }
  }

  /** Facts in a list are rows: their values side by side. */
  private static String line(@Nullable Object element) {
    return element instanceof Facts facts
        ? facts.values.values().stream().map(String::valueOf).collect(Collectors.joining("  "))
        : String.valueOf(element);
  }

  private static String padded(String label) {
    return label + " ".repeat(Math.max(0, NAME_WIDTH - label.length())) + "  ";
  }
}
