package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loader reads identifiers as docs/identifiers.md says, by the vectors the client runs too. */
class LoadVectorsTest {
  private static final String ACCOUNT = "3f8a7a0e-9a0c-4f0e-8d0c-0d6f3f1f6a11";

  @TempDir Path temp;

  private record Loaded(CommandRun run, Set<String> keys) {}

  @Test
  void acceptedVectorsAreStoredUnderTheirKeys() throws Exception {
    // A leading @ is an app's way to write a username; an operator's file has no such rows.
    List<JsonObject> accepted =
        vectors().filter(v -> v.containsKey("lookupKey") && !input(v).startsWith("@")).toList();
    Loaded loaded = load(accepted);
    assertThat(loaded.run.exitCode()).as(loaded.run.err()).isZero();
    Set<String> expected = new TreeSet<>();
    accepted.forEach(v -> expected.add(v.getString("lookupKey")));
    assertThat(expected).hasSizeGreaterThan(20);
    assertThat(loaded.keys).isEqualTo(expected);
  }

  /** Of a number that a plan change gave several forms, each is registered as the current one. */
  @Test
  void everyFormIsStoredUnderTheKeyOfTheCurrentOne() throws Exception {
    List<JsonObject> inputs = new ArrayList<>();
    Set<String> expected = new TreeSet<>();
    for (Object vector : new JsonArray(Files.readString(vectorFile("forms.json")))) {
      JsonObject subscriber = (JsonObject) vector;
      expected.add(subscriber.getJsonArray("keys").getString(0));
      subscriber.getJsonArray("forms").forEach(f -> inputs.add(new JsonObject().put("input", f)));
    }
    Loaded loaded = load(inputs);
    assertThat(loaded.run.exitCode()).as(loaded.run.err()).isZero();
    assertThat(expected).hasSizeGreaterThan(20);
    assertThat(loaded.keys).isEqualTo(expected);
  }

  @Test
  void refusedVectorsAreRejectedAndNothingElseHappens() throws Exception {
    List<JsonObject> refused = vectors().filter(v -> v.containsKey("rejected")).toList();
    Loaded loaded = load(refused);
    assertThat(loaded.run.exitCode()).isEqualTo(3);
    assertThat(loaded.keys).isEmpty();
    assertThat(loaded.run.out()).contains("\"rejected\":" + refused.size() + ",");
  }

  private static Stream<JsonObject> vectors() throws Exception {
    // A row of the loader is a line of UTF-8, without line breaks and unpaired surrogates, and
    // spaces around a field are not part of it, however many.
    return new JsonObject(Files.readString(vectorFile("identifiers.json")))
        .getJsonArray("identifiers").stream()
            .map(JsonObject.class::cast)
            .filter(v -> !input(v).matches("(?s).*[\\n\\r].*"))
            .filter(v -> input(v).length() <= 1024)
            .filter(v -> StandardCharsets.UTF_8.newEncoder().canEncode(input(v)));
  }

  private static Path vectorFile(String name) {
    return Path.of(System.getProperty("blindbook.home"), "docs/vectors", name);
  }

  private static String input(JsonObject vector) {
    return vector.getString("input");
  }

  private Loaded load(List<JsonObject> vectors) throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    for (JsonObject vector : vectors) {
      lines.add("\"" + input(vector).replace("\"", "\"\"") + "\"," + ACCOUNT);
    }
    Path csv = Files.writeString(temp.resolve("users.csv"), String.join("\n", lines) + "\n");
    Path data = temp.resolve("data");
    CommandRun run =
        CommandRun.of(
            "load", "--data-dir", data.toString(), "--mode", "truncated", csv.toString(), "--json");
    Set<String> keys = new TreeSet<>();
    try (RegistrationStore store = RegistrationStore.sqlite(data.resolve("registrations.db"))) {
      ByteBuffer entries =
          ByteBuffer.wrap(store.changesBetween(0, Long.MAX_VALUE, 1_000).entries());
      byte[] entry = new byte[Update.ENTRY_BYTES];
      while (entries.hasRemaining()) {
        entries.get(entry);
        keys.add(HexFormat.of().formatHex(entry, 0, 16));
      }
    }
    return new Loaded(run, keys);
  }
}
