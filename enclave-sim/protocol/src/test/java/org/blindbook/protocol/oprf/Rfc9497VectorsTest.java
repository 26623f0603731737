package org.blindbook.protocol.oprf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.blindbook.protocol.oprf.Ciphersuite.Mode;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All published vectors of ristretto255-SHA512 in the modes OPRF and VOPRF. */
class Rfc9497VectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Arguments> vectors() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    for (Object each : (List<?>) read(file())) {
      Map<?, ?> group = (Map<?, ?>) each;
      int mode = Integer.parseInt((String) group.get("mode"));
      if (group.get("identifier").equals("ristretto255-SHA512") && mode < Mode.values().length) {
        for (Object vector : (List<?>) group.get("vectors")) {
          cases.add(Arguments.of(Mode.values()[mode], group, vector));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void everyPublishedStepIsReproduced(Mode mode, Map<?, ?> group, Map<?, ?> vector)
      throws OprfException {
    assertThat(new Ciphersuite(mode).domain("HashToGroup-")).isEqualTo(one(group, "groupDST"));
    EvaluatorKey key = EvaluatorKey.derive(mode, one(group, "seed"), one(group, "keyInfo"));
    assertThat(key.encode()).isEqualTo(one(group, "skSm"));
    List<byte[]> inputs = many(vector, "Input");
    assertThat(inputs).hasSize(Integer.parseInt((String) vector.get("Batch")));

    Scalar[] halves =
        many(vector, "Blind").stream()
            .map(blind -> Scalar.decode(blind, 0).orElseThrow().half())
            .toArray(Scalar[]::new);
    Blinding blinding = new Blinding(mode, inputs, inputs.size(), new byte[0], halves);
    assertThat(blinding.elements()).isEqualTo(joined(vector, "BlindedElement"));

    Evaluator evaluator = new Evaluator(mode, key);
    Evaluation evaluation = evaluator.evaluate(blinding.elements());
    assertThat(evaluation.elements()).isEqualTo(joined(vector, "EvaluationElement"));

    List<byte[]> outputs;
    if (mode == Mode.VOPRF) {
      assertThat(key.publicKey().encode()).isEqualTo(one(group, "pkSm"));
      Map<?, ?> published = (Map<?, ?>) vector.get("Proof");
      byte[] proof = evaluation.prove(fixed(one(published, "r")));
      assertThat(proof).isEqualTo(one(published, "proof"));
      outputs = blinding.finish(key.publicKey(), evaluation.elements(), proof);
    } else {
      outputs = blinding.finishUnverified(evaluation.elements());
    }
    assertThat(outputs).containsExactlyElementsOf(many(vector, "Output"));
    assertThat(evaluator.outputs(inputs)).containsExactlyElementsOf(many(vector, "Output"));
  }

  private static Path file() {
    String override = System.getenv("BLINDBOOK_VECTORS");
    Path folder =
        override == null
            ? Path.of(System.getProperty("blindbook.home", "."), "..", "shared", "vectors")
            : Path.of(override);
    Path file = folder.resolve("oprf/rfc9497.json");
    assumeTrue(
        Files.exists(file), "skipped: the published OPRF vectors are not beside the project");
    return file;
  }

  /** Objects as maps, arrays as lists, all else as text. */
  private static Object read(Path file) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      return value(json);
    }
  }

  private static Object value(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      List<Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(json));
      }
      return list;
    }
    if (json.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> map = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        map.put(name, value(json));
      }
      return map;
    }
    return json.getText();
  }

  private static byte[] one(Map<?, ?> object, String name) {
    return HEX.parseHex((String) object.get(name));
  }

  /** Values of a batch are separated by commas. */
  private static List<byte[]> many(Map<?, ?> vector, String name) {
    return Arrays.stream(((String) vector.get(name)).split(",")).map(HEX::parseHex).toList();
  }

  private static byte[] joined(Map<?, ?> vector, String name) {
    return HEX.parseHex(((String) vector.get(name)).replace(",", ""));
  }

  /** Draws one scalar: its 32 bytes, then zeros, which the reduction leaves as it is. */
  private static SecureRandom fixed(byte[] scalar) {
    return new SecureRandom() {
      @Override
      public void nextBytes(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
        System.arraycopy(scalar, 0, bytes, 0, scalar.length);
      }
    };
  }
}
