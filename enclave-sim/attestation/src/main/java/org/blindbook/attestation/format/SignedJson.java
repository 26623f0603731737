package org.blindbook.attestation.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A document as Intel's provisioning service signs it: {@code
 * {"<name>":{...},"signature":"<hex>"}}. The signature covers the bytes of the inner object exactly
 * as received: no white space is added or taken away, nothing is written again.
 */
final class SignedJson {
  private static final int MAX_BYTES = 128 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(18)
                  .maxStringLength(4096)
                  .maxNameLength(256)
                  .maxDocumentLength(MAX_BYTES)
                  .build())
          .build();

  private final byte[] signedBytes;
  private final JsonObject body;
  private final byte[] signature;

  private SignedJson(byte[] signedBytes, JsonObject body, byte[] signature) {
    this.signedBytes = signedBytes;
    this.body = body;
    this.signature = signature;
  }

  byte[] signedBytes() {
    return signedBytes;
  }

  JsonObject body() {
    return body;
  }

  /** r and s, 32 bytes each. */
  byte[] signature() {
    return signature;
  }

  /**
   * @param name of the inner object
   */
  static SignedJson parse(byte[] document, String name) throws MalformedEvidenceException {
    if (document.length > MAX_BYTES) {
      throw new MalformedEvidenceException(name + " is larger than " + MAX_BYTES + " bytes");
    }
    int end = document.length;
    while (end > 0 && document[end - 1] == 0) {
      end--; // real files end in a NUL
    }
    expectUtf8(document, end, name);
    Map<String, Object> fields = new HashMap<>();
    byte[] signedBytes = {};
    try (JsonParser parser = JSON.createParser(document, 0, end)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        JsonToken token = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        fields.put(field, value(parser, token));
        if (field.equals(name)) {
          signedBytes =
              Arrays.copyOfRange(document, start, (int) parser.currentLocation().getByteOffset());
        }
      }
      expect(parser.nextToken() == null);
    } catch (IOException e) {
      throw new MalformedEvidenceException(name + " is not valid JSON");
    }
    JsonObject root = new JsonObject(fields);
    return new SignedJson(signedBytes, root.object(name), root.hex("signature", 64));
  }

  /**
   * The parser would tell UTF-16 and UTF-32 by themselves, and then not where in the bytes it is.
   * Both write the braces with a zero byte, which UTF-8 has nowhere in JSON (RFC 8259, section 7).
   */
  private static void expectUtf8(byte[] document, int end, String name)
      throws MalformedEvidenceException {
    for (int i = 0; i < end; i++) {
      if (document[i] == 0) {
        throw new MalformedEvidenceException(name + " is not in UTF-8");
      }
    }
  }

  private static Object value(JsonParser parser, JsonToken token)
      throws IOException, MalformedEvidenceException {
    switch (token) {
      case START_OBJECT -> {
        Map<String, Object> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          fields.put(name, value(parser, parser.nextToken()));
        }
        return fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          elements.add(value(parser, next));
        }
        return elements;
      }
      case VALUE_STRING -> {
        return parser.getText();
      }
      case VALUE_NUMBER_INT -> {
        return parser.getLongValue();
      }
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_NUMBER_FLOAT -> {
        return token; // no field that is read has this type
      }
      default -> throw new MalformedEvidenceException("a document holds a value of no known type");
    }
  }

  private static void expect(boolean condition) throws MalformedEvidenceException {
    if (!condition) {
      throw new MalformedEvidenceException("a document is not one JSON object");
    }
  }
}
