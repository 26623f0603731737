package org.blindbook.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server end of RFC 6455 by hand, so that a test decides about every frame. One connection. */
public final class WebSocketPeer implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  public static final int CLOSE = 8;
  static final int PING = 9;

  public interface Behaviour {
    void run(WebSocketPeer peer) throws Exception;
  }

  /** A frame of the client, unmasked. */
  public record Frame(boolean last, int opcode, byte[] payload) {}

  private final ServerSocket listener;
  private final Map<String, String> headers = new HashMap<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Socket socket;
  private OutputStream out;
  private DataInputStream in;

  public WebSocketPeer(Behaviour behaviour) throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try {
                socket = listener.accept();
                socket.setSoTimeout(10_000);
                out = socket.getOutputStream();
                in = new DataInputStream(socket.getInputStream());
                readRequest();
                behaviour.run(this);
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  public URI uri() {
    return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/v1/discovery");
  }

  /** Waits until the behaviour ended well. */
  void join() throws Exception {
    done.get(10, TimeUnit.SECONDS);
  }

  public Map<String, String> headers() {
    return headers;
  }

  private void readRequest() throws IOException {
    // Reads byte by byte: nothing after the blank line may be taken.
    StringBuilder request = new StringBuilder();
    while (!request.toString().endsWith("\r\n\r\n")) {
      request.append((char) in.readUnsignedByte());
    }
    for (String line : request.toString().split("\r\n")) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
      }
    }
  }

  void respond(String response) throws IOException {
    out.write(response.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  public void upgrade() throws Exception {
    String key = headers.get("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    byte[] digest =
        MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII));
    respond(
        "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(digest)
            + "\n\n");
  }

  void frame(int opcode, boolean last, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(10 + payload.length);
    frame.put((byte) ((last ? 0x80 : 0) | opcode));
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else if (payload.length < 65_536) {
      frame.put((byte) 126).putShort((short) payload.length);
    } else {
      frame.put((byte) 127).putLong(payload.length);
    }
    frame.put(payload);
    out.write(frame.array(), 0, frame.position());
    out.flush();
  }

  /** A whole binary message. */
  public void message(byte[] payload) throws IOException {
    frame(BINARY, true, payload);
  }

  void close(int code, String reason) throws IOException {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    frame(
        CLOSE, true, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  public Frame read() throws IOException {
    int first = in.readUnsignedByte();
    long length = in.readUnsignedByte() & 127;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] mask = new byte[4];
    in.readFully(mask);
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return new Frame((first & 0x80) != 0, first & 15, payload);
  }

  /** A whole binary message of the client, which may come in fragments. */
  public byte[] readMessage() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    Frame frame;
    do {
      frame = read();
      message.writeBytes(frame.payload());
    } while (!frame.last());
    return message.toByteArray();
  }

  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    if (socket != null) {
      socket.close();
    }
  }
}
