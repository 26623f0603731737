package org.blindbook.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The NK half of the handshake against vectors that another implementation published. */
class NoiseVectorTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void plainNkReproducesThePublishedTranscript() throws Exception {
    String json = Files.readString(vectors());
    byte[] prologue = hex(json, "init_prologue");
    StaticKey responder = new StaticKey(hex(json, "resp_static"));
    assertThat(responder.publicKey()).isEqualTo(hex(json, "init_remote_static"));
    ClientHandshake client =
        new ClientHandshake(
            false, responder.publicKey(), prologue, fixed(hex(json, "init_ephemeral")));
    ServerHandshake server =
        new ServerHandshake(false, responder, prologue, fixed(hex(json, "resp_ephemeral")));
    List<byte[]> payloads = all(json, "payload");
    List<byte[]> ciphertexts = all(json, "ciphertext");

    byte[] message1 = client.writeMessage1(payloads.get(0));
    assertThat(message1).isEqualTo(ciphertexts.get(0));
    assertThat(server.readMessage1(message1).payload()).isEqualTo(payloads.get(0));
    byte[] message2 = server.writeMessage2(new byte[0], payloads.get(1));
    assertThat(message2).isEqualTo(ciphertexts.get(1));
    assertThat(client.readMessage2Payload(message2)).isEqualTo(payloads.get(1));

    SecureChannel atClient = client.split();
    SecureChannel atServer = server.split();
    assertThat(payloads).hasSizeGreaterThan(3);
    for (int i = 2; i < payloads.size(); i++) {
      SecureChannel sender = i % 2 == 0 ? atClient : atServer;
      SecureChannel receiver = i % 2 == 0 ? atServer : atClient;
      byte[] sealed = sender.seal(payloads.get(i));
      assertThat(sealed).isEqualTo(ciphertexts.get(i));
      assertThat(receiver.open(sealed)).isEqualTo(payloads.get(i));
    }
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

  /** A source that hands out one key; the keys of the vectors are clamped when they are used. */
  private static SecureRandom fixed(byte[] key) {
    return new SecureRandom() {
      @Override
      public void nextBytes(byte[] bytes) {
        System.arraycopy(key, 0, bytes, 0, bytes.length);
      }
    };
  }
}
