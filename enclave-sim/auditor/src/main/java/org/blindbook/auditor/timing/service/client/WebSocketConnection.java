package org.blindbook.auditor.timing.service.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.codec.binary.Base64;

/**
 * A WebSocket (RFC 6455) to a server on this machine, as little of it as the protocol needs: binary
 * messages in one frame out, in any number of frames in. It reads on the calling thread, so a clock
 * around it stands at the socket; {@code java.net.http} hands every message over to other threads.
 */
final class WebSocketConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int LONGEST_HEAD = 16_384;
  private static final int LONGEST_MESSAGE = 1 << 21;
  private static final int SWITCHING_PROTOCOLS = 101;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int LENGTH_OF_2 = 126;
  private static final int LENGTH_OF_8 = 127;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  /** Masks hide nothing here: they keep proxies from taking payload for requests. */
  private final SplittableRandom masks = new SplittableRandom();

  /**
   * Connects and upgrades.
   *
   * @param server http, with a port
   * @throws IOException also when the server answers with another HTTP status
   */
  WebSocketConnection(URI server, String path, Map<String, String> headers) throws IOException {
    boolean open = false;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), TIMEOUT_MILLIS);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      upgrade(server, path, headers);
      open = true;
    } finally {
      if (!open) {
        socket.close();
      }
    }
  }

  private void upgrade(URI server, String path, Map<String, String> headers) throws IOException {
    byte[] key =
        ByteBuffer.allocate(16).putLong(masks.nextLong()).putLong(masks.nextLong()).array();
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    request.append("Host: ").append(server.getAuthority()).append("\r\n");
    request.append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    request.append("Sec-WebSocket-Key: ").append(Base64.encodeBase64String(key));
    headers.forEach((name, value) -> request.append("\r\n").append(name + ": " + value));
    request.append("\r\n\r\n");
    write(request.toString().getBytes(StandardCharsets.US_ASCII));
    String status = line();
    for (int head = status.length(); !line().isEmpty(); head++) {
      if (head > LONGEST_HEAD) {
        throw new IOException("the server's answer has no end");
      }
    }
    if (!status.startsWith("HTTP/1.1 " + SWITCHING_PROTOCOLS)) {
      throw new IOException("the server answered with " + status);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LONGEST_HEAD) {
        throw new EOFException("the server's answer is cut off");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** A message as it goes over the socket, so that nothing but writing is left to be timed. */
  byte[] frame(byte[] message) {
    ByteBuffer frame = ByteBuffer.allocate(14 + message.length);
    frame.put((byte) (FINAL | BINARY));
    if (message.length < LENGTH_OF_2) {
      frame.put((byte) (MASKED | message.length));
    } else if (message.length <= 0xFFFF) {
      frame.put((byte) (MASKED | LENGTH_OF_2)).putShort((short) message.length);
    } else {
      frame.put((byte) (MASKED | LENGTH_OF_8)).putLong(message.length);
    }
    int mask = masks.nextInt();
    frame.putInt(mask);
    for (int i = 0; i < message.length; i++) {
      frame.put((byte) (message[i] ^ mask >> 8 * (3 - i % 4)));
    }
    byte[] bytes = new byte[frame.position()];
    frame.get(0, bytes);
    return bytes;
  }

  /** Writes what {@link #frame} gave. */
  void write(byte[] frame) throws IOException {
    socket.getOutputStream().write(frame);
  }

  /**
   * Waits for the next binary message.
   *
   * @throws IOException also when the server closes instead, with the code
   */
  byte[] read() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      int first = in.readUnsignedByte();
      byte[] payload = payload();
      int kind = first & 0xF;
      if (kind == CLOSE) {
        throw new IOException("the server closed the connection with code " + code(payload));
      }
      if (kind == BINARY || kind == CONTINUATION) {
        message.writeBytes(payload);
        if (message.size() > LONGEST_MESSAGE) {
          throw new IOException("the server sent a longer message than the protocol has");
        }
        if ((first & FINAL) != 0) {
          return message.toByteArray();
        }
      }
    }
  }

  /** Waits until the server closes; gives its code. */
  int awaitClose() throws IOException {
    while (true) {
      int kind = in.readUnsignedByte() & 0xF;
      byte[] payload = payload();
      if (kind == CLOSE) {
        return code(payload);
      }
      if (kind == BINARY || kind == CONTINUATION) {
        throw new IOException("the server sent a message that the protocol does not have");
      }
    }
  }

  private byte[] payload() throws IOException {
    long length = in.readUnsignedByte();
    if (length == LENGTH_OF_2) {
      length = in.readUnsignedShort();
    } else if (length == LENGTH_OF_8) {
      length = in.readLong();
    }
    if (length < 0 || length > LONGEST_MESSAGE) {
      throw new IOException("the server sent a longer message than the protocol has");
    }
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    return payload;
  }

  private static int code(byte[] payload) {
    return payload.length < 2 ? 0 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing more is expected of it.
    }
  }
}
