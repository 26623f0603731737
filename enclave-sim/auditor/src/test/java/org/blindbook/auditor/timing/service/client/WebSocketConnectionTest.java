package org.blindbook.auditor.timing.service.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that says what the test tells it, byte by byte. */
class WebSocketConnectionTest {
  private static final String UPGRADED = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n";

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  WebSocketConnectionTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** Serves one connection: reads the request's head, answers, keeps what comes after it. */
  private CompletableFuture<byte[]> serve(String head, int expected, byte... frames) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
              request.append((char) in.readUnsignedByte());
            }
            assertThat(request).contains("GET /there HTTP/1.1\r\n", "X-Key: value\r\n");
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(frames);
            return in.readNBytes(expected);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private WebSocketConnection connect() throws IOException {
    return new WebSocketConnection(
        URI.create("http://127.0.0.1:" + server.getLocalPort()),
        "/there",
        Map.of("X-Key", "value"));
  }

  @Test
  void readsMessagesInOneFrameAndInSeveral() throws IOException {
    CompletableFuture<byte[]> served =
        serve(UPGRADED, 0, hex(0x82, 2, 7, 8, 0x02, 1, 1, 0x89, 0, 0x80, 2, 2, 3));
    try (WebSocketConnection connection = connect()) {
      assertThat(connection.read()).containsExactly(7, 8);
      assertThat(connection.read()).as("around a ping").containsExactly(1, 2, 3);
    }
    served.join();
  }

  @Test
  void tellsWithWhichCodeTheServerCloses() throws IOException {
    CompletableFuture<byte[]> served = serve(UPGRADED, 0, hex(0x88, 2, 0x03, 0xE8));
    try (WebSocketConnection connection = connect()) {
      assertThat(connection.awaitClose()).isEqualTo(1000);
    }
    served.join();
  }

  @Test
  void saysWhenTheServerClosesInPlaceOfAnAnswer() throws IOException {
    CompletableFuture<byte[]> served = serve(UPGRADED, 0, hex(0x88, 2, 0x11, 0x30));
    try (WebSocketConnection connection = connect()) {
      assertThatThrownBy(connection::read).hasMessageContaining("code 4400");
    }
    served.join();
  }

  @Test
  void saysWhichStatusRefusedTheUpgrade() {
    CompletableFuture<byte[]> served = serve("HTTP/1.1 401 Unauthorized\r\n\r\n", 0);
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class).hasMessageContaining("401");
    served.join();
  }

  @Test
  void writesMaskedFramesOfEveryLength() throws IOException {
    for (int length : new int[] {0, 125, 126, 65_535, 65_536}) {
      byte[] message = new byte[length];
      for (int i = 0; i < length; i++) {
        message[i] = (byte) (i * 31);
      }
      int head = length < 126 ? 6 : length < 65_536 ? 8 : 14;
      CompletableFuture<byte[]> served = serve(UPGRADED, head + length);
      try (WebSocketConnection connection = connect()) {
        connection.write(connection.frame(message));
        byte[] frame = served.join();
        assertThat(frame[0] & 0xFF).isEqualTo(0x82);
        assertThat(frame[1] & 0xFF).isEqualTo(0x80 | (head == 6 ? length : head == 8 ? 126 : 127));
        ByteArrayOutputStream unmasked = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
          unmasked.write(frame[head + i] ^ frame[head - 4 + i % 4]);
        }
        assertThat(unmasked.toByteArray()).isEqualTo(message);
      }
    }
  }

  private static byte[] hex(int... bytes) {
    byte[] narrow = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      narrow[i] = (byte) bytes[i];
    }
    return narrow;
  }
}
