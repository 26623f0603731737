package org.blindbook.auditor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.Identity;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.auditor.image.Installation;
import org.jspecify.annotations.Nullable;

/** A judgement for programs, as one JSON object. */
final class JsonReport {
  private JsonReport() {}

  static String of(Judgement judgement) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(judgement, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Judgement judgement, JsonGenerator json) throws IOException {
    Verdict verdict = judgement.verdict();
    json.writeStartObject();
    text(json, "enclave", judgement.enclave().map(Installation::name).orElse(null));
    json.writeBooleanField("authentic", verdict.authentic());
    json.writeBooleanField("acceptable", verdict.acceptable());
    text(json, "status", verdict.status().map(TcbStatus::vendorName).orElse(null));
    texts(json, "advisories", verdict.advisories());
    if (verdict.identity().isPresent()) {
      write(verdict.identity().get(), json);
    } else {
      json.writeNullField("identity");
    }
    json.writeBooleanField("debug", verdict.debug());
    json.writeBooleanField("simulated", verdict.simulated());
    text(json, "validFrom", verdict.validFrom().map(String::valueOf).orElse(null));
    text(json, "validUntil", verdict.validUntil().map(String::valueOf).orElse(null));
    text(json, "limitedBy", verdict.limitedBy().orElse(null));
    if (judgement.settings().isPresent()) {
      json.writeObjectFieldStart("settings");
      for (Map.Entry<String, String> setting : judgement.settings().get().values().entrySet()) {
        json.writeStringField(setting.getKey(), setting.getValue());
      }
      json.writeEndObject();
    } else {
      json.writeNullField("settings");
    }
    if (judgement.stepped().isPresent()) {
      json.writeBooleanField("stepped", judgement.stepped().get());
    } else {
      json.writeNullField("stepped");
    }
    texts(json, "knownBroken", verdict.knownBroken());
    json.writeBooleanField("policy", judgement.policy());
    json.writeBooleanField("appraised", judgement.appraised());
    json.writeBooleanField("nonce", judgement.nonce());
    json.writeArrayFieldStart("findings");
    for (Finding finding : verdict.findings()) {
      json.writeStartObject();
      json.writeStringField("step", finding.step().number());
      json.writeStringField("check", finding.step().title());
      json.writeStringField("fault", finding.fault().name());
      json.writeStringField("text", finding.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("clockMayBeWrong", judgement.clockMayBeWrong());
    texts(json, "notCovered", judgement.notCovered());
    json.writeEndObject();
  }

  private static void write(Identity identity, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("identity");
    for (Map.Entry<String, Object> part : identity.parts().entrySet()) {
      json.writeObjectField(part.getKey(), part.getValue());
    }
    json.writeStringField("measurement", identity.measurement());
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
