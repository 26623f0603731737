package org.blindbook.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.blindbook.client.Permits;

/** How commands say how many permits are left. */
final class PermitsReport {
  private PermitsReport() {}

  static String sentence(Permits permits) {
    String left =
        permits.atLeast() == permits.atMost()
            ? String.format(Locale.ROOT, "%,d", permits.atMost())
            : String.format(
                Locale.ROOT, "between %,d and %,d", permits.atLeast(), permits.atMost());
    return String.format(
        Locale.ROOT,
        "Permits left: %s of %,d; %,d come back a day, all by %tF.",
        left,
        permits.capacity(),
        permits.perDay(),
        permits.fullAt().atOffset(ZoneOffset.UTC));
  }

  /** The field {@code permits}, null when nothing is known. */
  static void write(Optional<Permits> permits, JsonGenerator json) throws IOException {
    if (permits.isEmpty()) {
      json.writeNullField("permits");
      return;
    }
    Permits known = permits.get();
    json.writeObjectFieldStart("permits");
    json.writeNumberField("atLeast", known.atLeast());
    json.writeNumberField("atMost", known.atMost());
    json.writeNumberField("capacity", known.capacity());
    json.writeNumberField("perDay", known.perDay());
    json.writeStringField("fullAt", known.fullAt().toString());
    json.writeEndObject();
  }
}
