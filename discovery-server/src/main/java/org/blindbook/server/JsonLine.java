package org.blindbook.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** One JSON object on one line: what a command prints on standard output with {@code --json}. */
final class JsonLine {
  private static final JsonFactory FORMAT = new JsonFactory();

  private final StringWriter text = new StringWriter();
  private final JsonGenerator json;

  JsonLine() {
    try {
      json = FORMAT.createGenerator(text);
      json.writeStartObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonLine put(String name, @Nullable String value) {
    return write(() -> json.writeStringField(name, value));
  }

  JsonLine put(String name, long value) {
    return write(() -> json.writeNumberField(name, value));
  }

  JsonLine put(String name, double value) {
    return write(() -> json.writeNumberField(name, value));
  }

  JsonLine put(String name, boolean value) {
    return write(() -> json.writeBooleanField(name, value));
  }

  void printOn(PrintWriter out) {
    write(
        () -> {
          json.writeEndObject();
          json.close();
        });
    out.println(text);
    out.flush();
  }

  private interface Writing {
    void run() throws IOException;
  }

  private JsonLine write(Writing writing) {
    try {
      writing.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("a string refuses to be written to", e);
    }
  }
}
