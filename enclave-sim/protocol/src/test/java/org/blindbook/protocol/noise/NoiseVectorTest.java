package org.blindbook.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
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
            Handshake.Pattern.NK,
            responder.publicKey(),
            prologue,
            fixed(hex(json, "init_ephemeral")));
    ServerHandshake server =
        new ServerHandshake(
            Handshake.Pattern.NK, responder, prologue, fixed(hex(json, "resp_ephemeral")));
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

  /** Pattern N, from the vectors of the implementation named cacophony. */
  @Test
  void patternNReproducesThePublishedTranscript() throws Exception {
    StaticKey responder =
        new StaticKey(
            HEX.parseHex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893"));
    byte[] ephemeral =
        HEX.parseHex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
    byte[] prologue = HEX.parseHex("4a6f686e2047616c74");
    ClientHandshake sender =
        new ClientHandshake(Handshake.Pattern.N, responder.publicKey(), prologue, fixed(ephemeral));
    assertThat(sender.writeMessage1(HEX.parseHex("4c756477696720766f6e204d69736573")))
        .asHexString()
        .isEqualToIgnoringCase(
            "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
                + "30db5925e72ccdb0333fb13bd1f920cc34627b8fe30f81383a15d67a9ba306ca");
    SecureChannel channel = sender.split();
    assertThat(channel.seal(HEX.parseHex("4d757272617920526f746862617264")))
        .asHexString()
        .isEqualToIgnoringCase("b9546f9f6bc43ff1ab776874425ddd59a45f6294633df65c8e55ee14cbc175");

    byte[] message = {1, 2, 3};
    byte[] sealed = OneWayMessage.seal(responder.publicKey(), prologue, message, fixed(ephemeral));
    assertThat(Arrays.copyOf(sealed, 32))
        .asHexString()
        .startsWithIgnoringCase("ca35def5ae56cec33dc2036731ab1489");
    assertThat(sealed).hasSize(OneWayMessage.sealedLength(message.length));
    assertThat(OneWayMessage.open(responder, prologue, sealed, new SecureRandom()))
        .isEqualTo(message);
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
