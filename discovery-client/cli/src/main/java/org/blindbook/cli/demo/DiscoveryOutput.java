package org.blindbook.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the demo reads from the JSON of other commands. */
final class DiscoveryOutput {
  private final Map<String, String> values = new HashMap<>();
  private final List<DemoMatch> matches = new ArrayList<>();

  static DiscoveryOutput parse(String json) throws IOException {
    DiscoveryOutput output = new DiscoveryOutput();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        output.field(parser.currentName(), parser);
      }
    }
    return output;
  }

  private void field(String name, JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (name.equals("matches") && token == JsonToken.START_ARRAY) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        Map<String, String> match = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          match.put(parser.currentName(), parser.nextTextValue());
        }
        matches.add(
            new DemoMatch(
                match.getOrDefault("name", ""),
                match.getOrDefault("identifier", ""),
                match.getOrDefault("account", "")));
      }
    } else if (token.isStructStart()) {
      parser.skipChildren();
    } else {
      values.put(name, parser.getText());
    }
  }

  /** A value of the outermost object as text; empty when it is not there. */
  String value(String name) {
    return values.getOrDefault(name, "");
  }

  List<DemoMatch> matches() {
    return matches;
  }
}
