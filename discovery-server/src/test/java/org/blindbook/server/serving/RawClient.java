package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.blindbook.edge.endpoint.CloseCode;

/** A client that writes what it likes on a socket, frames of WebSockets among it. */
public final class RawClient implements AutoCloseable {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int FINAL = 0x80;

  /** So little that what is not read is the server's to keep. */
  private static final int RECEIVE_BYTES = 16 << 10;

  private static final int MASKED = 0x80;

  final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  public RawClient(int port) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(20_000);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
  }

  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Upgrades, and takes the offer. */
  static RawClient connected(RunningServer server, String credential) throws IOException {
    RawClient client = new RawClient(server.server.port());
    client.write(upgrade(credential));
    assertThat(client.head()).startsWith("HTTP/1.1 101");
    client.frame();
    return client;
  }

  public static String upgrade(String credential, String... headers) {
    StringBuilder request =
        new StringBuilder(
            "GET /v1/discovery HTTP/1.1\r\n"
                + "Host: test\r\n"
                + "Connection: Upgrade\r\n"
                + "Upgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Authorization: Blindbook "
                + credential
                + "\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  /** The head of a response, up to and without its empty line. */
  public String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.readByte());
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * The header of a frame.
   *
   * @param first kind, and {@link #FINAL}
   */
  static byte[] header(int first, long length) {
    ByteBuffer header = ByteBuffer.allocate(14).put((byte) first);
    if (length < 126) {
      header.put((byte) (MASKED | length));
    } else if (length < 65_536) {
      header.put((byte) (MASKED | 126)).putShort((short) length);
    } else {
      header.put((byte) (MASKED | 127)).putLong(length);
    }
    header.putInt(0); // a mask that changes nothing
    byte[] bytes = new byte[header.position()];
    header.flip().get(bytes);
    return bytes;
  }

  public void send(int first, byte[] payload) throws IOException {
    byte[] header = header(first, payload.length);
    write(ByteBuffer.allocate(header.length + payload.length).put(header).put(payload).array());
  }

  public record Frame(int kind, byte[] payload) {}

  public Frame frame() throws IOException {
    int kind = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte();
    long bytes = length == 127 ? in.readLong() : length == 126 ? in.readUnsignedShort() : length;
    return new Frame(kind, in.readNBytes((int) bytes));
  }

  /** The close code; whatever comes before it is let go. */
  public CloseCode awaitClose() throws IOException {
    Frame frame = frame();
    while (frame.kind != CLOSE) {
      frame = frame();
    }
    return CloseCode.of(ByteBuffer.wrap(frame.payload).getShort()).orElseThrow();
  }

  /** Waits until the server has ended the connection; gives how long that took, in milliseconds. */
  long awaitEnd() throws IOException {
    long start = System.nanoTime();
    try {
      while (true) {
        in.readByte();
      }
    } catch (EOFException | SocketException ended) {
      return (System.nanoTime() - start) / 1_000_000;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
