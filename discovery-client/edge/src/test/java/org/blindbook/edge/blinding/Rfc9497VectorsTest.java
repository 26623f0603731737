package org.blindbook.edge.blinding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.blindbook.protocol.oprf.Ciphersuite;
import org.blindbook.protocol.oprf.ElementList;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All published vectors of ristretto255-SHA512 in the modes OPRF and VOPRF: keys, evaluated
 * elements, proofs and outputs. Blinded elements are taken from the vectors where the evaluator is
 * asked: we blind in another way than the RFC, which changes nothing else.
 */
class Rfc9497VectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NO_NONCE = {};
  private static final String CONTEXT = "-ristretto255-SHA512";

  enum Mode {
    OPRF,
    VOPRF;

    byte[] domain(String prefix) {
      String text = prefix + "OPRFV1-" + (char) ordinal() + CONTEXT;
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }

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
  void theEvaluatorDoesWhatIsPublished(Mode mode, Map<?, ?> group, Map<?, ?> vector)
      throws OprfException {
    EvaluatorKey key = key(mode, group);
    byte[] blinded = joined(vector, "BlindedElement");
    int count = Integer.parseInt((String) vector.get("Batch"));
    Evaluation evaluation = new Evaluator(key).evaluate(blinded, count, NO_NONCE);
    assertThat(evaluation.elements()).isEqualTo(joined(vector, "EvaluationElement"));
    if (mode == Mode.VOPRF) {
      assertThat(key.publicKey()).isEqualTo(one(group, "pkSm"));
      Map<?, ?> published = (Map<?, ?>) vector.get("Proof");
      byte[] proof = evaluation.prove(fixed(one(published, "r")));
      assertThat(proof).isEqualTo(one(published, "proof"));
      ProvenElements.vartimeVerify(
          PublicKey.decode(key.publicKey()),
          ElementList.decode(blinded),
          evaluation.elements(),
          proof);
    }
  }

  /** The mode is in the hash to the group alone: our blinding leads to both modes' outputs. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void theClientGetsThePublishedOutputs(Mode mode, Map<?, ?> group, Map<?, ?> vector)
      throws OprfException {
    assertThat(mode.domain("HashToGroup-")).isEqualTo(one(group, "groupDST"));
    EvaluatorKey key = key(mode, group);
    List<byte[]> inputs = many(vector, "Input");
    SecureRandom random = new SecureRandom();
    HashToGroup hash =
        mode == Mode.VOPRF ? new HashToGroup() : new HashToGroup(mode.domain("HashToGroup-"));
    Blinding blinding = new Blinding(hash, inputs, inputs.size(), NO_NONCE, random);
    Evaluation evaluation =
        new Evaluator(key).evaluate(blinding.elements(), inputs.size(), NO_NONCE);
    List<byte[]> outputs =
        blinding.finish(
            PublicKey.decode(key.publicKey()), evaluation.elements(), evaluation.prove(random));
    assertThat(outputs).containsExactlyElementsOf(many(vector, "Output"));
  }

  /** DeriveKeyPair (RFC 9497, section 3.2.1), whose second round nobody has ever seen. */
  private static EvaluatorKey key(Mode mode, Map<?, ?> group) throws OprfException {
    byte[] info = one(group, "keyInfo");
    byte[] uniform =
        new Ciphersuite()
            .expand(
                mode.domain("DeriveKeyPair"),
                one(group, "seed"),
                Ciphersuite.length(info.length),
                info,
                new byte[1]);
    byte[] key = Scalar.reduce(uniform).encode();
    assertThat(key).isEqualTo(one(group, "skSm"));
    return EvaluatorKey.decode(key);
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
