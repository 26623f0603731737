package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.blindbook.server.serving.RawClient.BINARY;
import static org.blindbook.server.serving.RawClient.CLOSE;
import static org.blindbook.server.serving.RawClient.CONTINUATION;
import static org.blindbook.server.serving.RawClient.FINAL;
import static org.blindbook.server.serving.RawClient.PING;
import static org.blindbook.server.serving.RawClient.TEXT;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frames in any order and of any form: the host ends what is none, and keeps nothing of it. */
@Timeout(300)
class FrameFuzzTest {
  private static final long FIRST = Long.getLong("blindbook.fuzz.seed", 20_261_127);
  private static final int SEQUENCES = Integer.getInteger("blindbook.fuzz.sequences", 300);

  private static final byte[] NONE = {};
  private static final int PONG = 10;

  private static final int[] KINDS = {BINARY, BINARY, BINARY, CONTINUATION, TEXT, PING, PONG};

  /** Messages of these lengths have a place, or nearly. */
  private static final int[] LENGTHS = {
    0, 1, 16, 32, 33, 125, 126, 1_216, 1_631, 1_632, 1_633, 5_000
  };

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();
  private RunningServer server;
  private String credential;

  @BeforeEach
  void start() throws Exception {
    server =
        RunningServer.ready(
            folder,
            "sessions.per-account: 1000\n"
                + "account: {work-milliseconds: 999999999, work-per-hour-milliseconds: 36000}\n",
            enclave);
    credential = server.credential(UUID.randomUUID());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void framesOfAnyForm() throws Exception {
    for (long seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
      try {
        sequence(new SplittableRandom(seed));
      } catch (IOException | AssertionError e) {
        throw new AssertionError("fails with -Dblindbook.fuzz.seed=" + seed, e);
      }
    }
    await().untilAsserted(() -> assertThat(enclave.openSessions).isEmpty());
    await().untilAsserted(() -> assertThat(server.server.messageBytes()).isZero());
    try (RawClient client = RawClient.connected(server, credential)) {
      client.send(BINARY | FINAL, new byte[1_632]);
      assertThat(client.frame().payload()).hasSize(1_632);
    }
  }

  private void sequence(SplittableRandom random) throws IOException {
    try (RawClient client = RawClient.connected(server, credential)) {
      // A close frame is answered with its own code.
      Set<Integer> codes = new HashSet<>();
      boolean whole = true;
      try {
        for (int frames = random.nextInt(5); frames >= 0; frames--) {
          whole &= send(client, codes, random);
        }
        client.send(CLOSE | FINAL, NONE);
      } catch (SocketException cutOff) {
        // what it said before can still be read
      }
      if (whole) {
        readToTheEnd(client, codes);
      }
    }
  }

  /** Whether the frame is whole, so that the server can tell what comes after it. */
  private static boolean send(RawClient client, Set<Integer> codes, SplittableRandom random)
      throws IOException {
    byte[] payload = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
    random.nextBytes(payload);
    int kind = KINDS[random.nextInt(KINDS.length)] | (random.nextInt(4) > 0 ? FINAL : 0);
    switch (random.nextInt(10)) {
      case 0 -> client.send((3 + random.nextInt(5)) | random.nextInt(16) << 4, payload); // no kind
      case 1 -> {
        client.write(RawClient.header(kind, payload.length + 1L + random.nextLong(1 << 30)));
        client.write(payload);
        return false;
      }
      case 2 -> {
        client.write(payload); // no header, or a wrong one
        return false;
      }
      case 3 -> {
        short code = (short) random.nextInt();
        codes.add(code & 0xffff);
        client.send(CLOSE | FINAL, ByteBuffer.allocate(2).putShort(code).array());
      }
      default -> client.send(kind, payload);
    }
    return true;
  }

  private static void readToTheEnd(RawClient client, Set<Integer> codes) throws IOException {
    try {
      RawClient.Frame frame = client.frame();
      while (frame.kind() != CLOSE) {
        assertThat(frame.kind()).isIn(BINARY, PONG);
        frame = client.frame();
      }
      if (frame.payload().length > 0) {
        int code = ByteBuffer.wrap(frame.payload()).getShort() & 0xffff;
        assertThat(CloseCode.of(code).isPresent() || codes.contains(code))
            .as("close code %d", code)
            .isTrue();
      }
    } catch (EOFException | SocketException ended) {
      // without a word: it was cut off
    }
  }
}
