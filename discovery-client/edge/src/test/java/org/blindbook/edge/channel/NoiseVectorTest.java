package org.blindbook.edge.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.SymmetricState;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

/**
 * The states that both sides' handshakes are made of, put together to plain NK, against vectors
 * that another implementation published.
 */
class NoiseVectorTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void plainNkReproducesThePublishedTranscript() throws Exception {
    String json = Files.readString(vectors());
    byte[] prologue = hex(json, "init_prologue");
    byte[] responderKey = hex(json, "resp_static");
    assertThat(publicKey(responderKey)).isEqualTo(hex(json, "init_remote_static"));
    List<byte[]> payloads = all(json, "payload");
    List<byte[]> ciphertexts = all(json, "ciphertext");
    SymmetricState initiator = state(prologue, publicKey(responderKey));
    SymmetricState responder = state(prologue, publicKey(responderKey));

    byte[] e1 = hex(json, "init_ephemeral");
    initiator.mixHash(publicKey(e1));
    initiator.mixKey(agree(e1, publicKey(responderKey)));
    byte[] sealed1 = initiator.encryptAndHash(payloads.get(0));
    assertThat(concat(publicKey(e1), sealed1)).isEqualTo(ciphertexts.get(0));
    responder.mixHash(publicKey(e1));
    responder.mixKey(agree(responderKey, publicKey(e1)));
    assertThat(responder.decryptAndHash(sealed1)).isEqualTo(payloads.get(0));

    byte[] e2 = hex(json, "resp_ephemeral");
    responder.mixHash(publicKey(e2));
    responder.mixKey(agree(e2, publicKey(e1)));
    byte[] sealed2 = responder.encryptAndHash(payloads.get(1));
    assertThat(concat(publicKey(e2), sealed2)).isEqualTo(ciphertexts.get(1));
    initiator.mixHash(publicKey(e2));
    initiator.mixKey(agree(e1, publicKey(e2)));
    assertThat(initiator.decryptAndHash(sealed2)).isEqualTo(payloads.get(1));

    SecureChannel atClient = initiator.split(true);
    SecureChannel atServer = responder.split(false);
    assertThat(payloads).hasSizeGreaterThan(3);
    for (int i = 2; i < payloads.size(); i++) {
      SecureChannel sender = i % 2 == 0 ? atClient : atServer;
      SecureChannel receiver = i % 2 == 0 ? atServer : atClient;
      byte[] sealed = sender.seal(payloads.get(i));
      assertThat(sealed).isEqualTo(ciphertexts.get(i));
      assertThat(receiver.open(sealed)).isEqualTo(payloads.get(i));
    }
  }

  private static SymmetricState state(byte[] prologue, byte[] responder) {
    SymmetricState state = new SymmetricState("Noise_NK_25519_ChaChaPoly_SHA256", prologue);
    state.mixHash(responder);
    return state;
  }

  private static byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[32];
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  private static byte[] agree(byte[] privateKey, byte[] publicKey) {
    byte[] shared = new byte[32];
    assertThat(X25519.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0)).isTrue();
    return shared;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static Path vectors() {
    String override = System.getenv("BLINDBOOK_VECTORS");
    Path folder =
        override == null
            ? Path.of(System.getProperty("blindbook.home", "."), "..", "shared", "vectors")
            : Path.of(override);
    Path file = folder.resolve("noise/noise-nk.json");
    assumeTrue(
        Files.exists(file), "skipped: the published Noise vectors are not beside the project");
    return file;
  }

  private static byte[] hex(String json, String name) throws IOException {
    List<byte[]> values = all(json, name);
    if (values.isEmpty()) {
      throw new IOException("the vectors name no " + name);
    }
    return values.get(0);
  }

  private static List<byte[]> all(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\": *\"([0-9a-f]*)\"").matcher(json);
    List<byte[]> values = new ArrayList<>();
    while (matcher.find()) {
      values.add(HEX.parseHex(matcher.group(1)));
    }
    return values;
  }
}
