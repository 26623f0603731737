package org.blindbook.server.registrations;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in each line: {@code {"identifier":"+49…","account_id":"UUID"}}, or {@code "key"}
 * instead of the identifier.
 */
final class NdjsonFormat implements RowFormat {
  private static final Set<String> FIELDS =
      Set.of(CsvFormat.IDENTIFIER, CsvFormat.KEY, CsvFormat.ACCOUNT);

  /** Whether a file that starts with this line is one. */
  static boolean startsWith(String line) {
    return line.strip().startsWith("{");
  }

  @Override
  public Line read(String line) {
    List<String> original = List.of(line);
    JsonObject object;
    try {
      object = new JsonObject(line);
    } catch (DecodeException e) {
      return new Line.Malformed("the line is no JSON object", original);
    }
    if (!FIELDS.containsAll(object.fieldNames())) {
      return new Line.Malformed(
          "the object has a field other than identifier, key and account_id", original);
    }
    for (String name : object.fieldNames()) {
      Object value = object.getValue(name);
      if (value != null && !(value instanceof String)) {
        return new Line.Malformed("the field " + name + " is no string", original);
      }
    }
    @Nullable String identifier = text(object, CsvFormat.IDENTIFIER);
    @Nullable String key = text(object, CsvFormat.KEY);
    return (identifier == null) == (key == null)
        ? new Line.Malformed("the object needs either an identifier or a key", original)
        : new Line.Fields(identifier, key, text(object, CsvFormat.ACCOUNT), original);
  }

  private static @Nullable String text(JsonObject object, String field) {
    @Nullable String value = object.getString(field);
    return value == null ? null : value.strip();
  }

  @Override
  public String suffix() {
    return ".ndjson";
  }

  /** {@code line}, {@code reason} and the whole original line. */
  @Override
  public RejectWriter rejectsTo(Writer out) {
    return reject ->
        out.append(
                new JsonObject()
                    .put("line", reject.line())
                    .put("reason", reject.reason())
                    .put("original", reject.columns().getFirst())
                    .encode())
            .append('\n');
  }
}
