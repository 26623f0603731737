package org.blindbook.attestation.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One object of a vendor's document. A field that is absent or of another type is malformed. */
final class JsonObject {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Of four digits (RFC 3339, section 5.6): no instant is so late that days cannot be added. */
  private static final Pattern YEAR = Pattern.compile("[0-9]{4}-.{1,40}");

  private final Map<String, Object> fields;

  JsonObject(Map<String, Object> fields) {
    this.fields = fields;
  }

  private static MalformedEvidenceException malformed(String name) {
    return new MalformedEvidenceException("the field " + name + " is missing or malformed");
  }

  private <T> T get(String name, Class<T> type) throws MalformedEvidenceException {
    return cast(name, fields.get(name), type);
  }

  private static <T> T cast(String name, @Nullable Object value, Class<T> type)
      throws MalformedEvidenceException {
    if (!type.isInstance(value)) {
      throw malformed(name);
    }
    return type.cast(value);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  String string(String name) throws MalformedEvidenceException {
    return get(name, String.class);
  }

  int integer(String name, int max) throws MalformedEvidenceException {
    long value = get(name, Long.class);
    if (value < 0 || value > max) {
      throw malformed(name);
    }
    return (int) value;
  }

  Instant instant(String name) throws MalformedEvidenceException {
    String text = string(name);
    try {
      if (YEAR.matcher(text).matches()) {
        return Instant.parse(text);
      }
      throw malformed(name);
    } catch (DateTimeException e) {
      throw malformed(name);
    }
  }

  byte[] hex(String name, int bytes) throws MalformedEvidenceException {
    try {
      byte[] value = HexFormat.of().parseHex(string(name));
      if (value.length == bytes) {
        return value;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the same sentence.
    }
    throw malformed(name);
  }

  /** The same text for the same bytes, whatever case the document uses. */
  String hexText(String name, int bytes) throws MalformedEvidenceException {
    hex(name, bytes);
    return string(name).toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("unchecked") // the parser makes maps with text keys only
  JsonObject object(String name) throws MalformedEvidenceException {
    return new JsonObject((Map<String, Object>) get(name, Map.class));
  }

  @SuppressWarnings("unchecked") // as above
  List<JsonObject> objects(String name) throws MalformedEvidenceException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : get(name, List.class)) {
      objects.add(new JsonObject((Map<String, Object>) cast(name, element, Map.class)));
    }
    return objects;
  }

  /** Names of advisories: words, because people get to see them. Empty when absent. */
  List<String> optionalNames(String name) throws MalformedEvidenceException {
    List<String> strings = new ArrayList<>();
    if (fields.containsKey(name)) {
      for (Object element : get(name, List.class)) {
        String text = cast(name, element, String.class);
        if (!NAME.matcher(text).matches()) {
          throw malformed(name);
        }
        strings.add(text);
      }
    }
    return List.copyOf(strings);
  }
}
