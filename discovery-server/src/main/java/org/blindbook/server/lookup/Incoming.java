package org.blindbook.server.lookup;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import java.time.Duration;
import java.util.Optional;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * What a client sends, as far as it has arrived. A client that sends anything but what its turn has
 * room for is cut off, before it is kept; bytes are counted as they come.
 *
 * <p>All methods run on the connection's event loop.
 */
final class Incoming {
  /** At any time: pings, a close frame, the headers of frames. */
  private static final int CONTROL_BYTES = 512;

  /** Clients may send a message in frames of 4 KiB; more and smaller ones are not needed. */
  private static final int BYTES_PER_FRAME_HEADER = 256;

  /** A client that is silent for as long holds up nobody: its next message is not expected now. */
  private static final long EXPECTED_NANOS = Duration.ofSeconds(2).toNanos();

  /** Whose client it is. */
  interface Receiver {
    /** Takes memory for bytes that have arrived; or says why the connection has to end. */
    Optional<CloseCode> hold(int bytes);

    /** The message of the client's turn, which is over now. */
    void onMessage(ClientMessage kind, byte[] message);

    /** The connection has to end. */
    void end(CloseCode code);
  }

  private final EnclaveRole role;
  private final Receiver receiver;
  private Buffer partial = Buffer.buffer();
  private ClientMessage expected = ClientMessage.HANDSHAKE;
  private boolean clientsTurn;
  private int allowance = CONTROL_BYTES;
  private boolean ended;
  private boolean dropping;
  private boolean lapsed;
  private long turnAt = System.nanoTime();
  private long firstByteAt;

  Incoming(EnclaveRole role, Receiver receiver) {
    this.role = role;
    this.receiver = receiver;
  }

  void listenTo(ServerWebSocket socket) {
    Inflow.count(socket, this::arrived);
    socket.frameHandler(this::onFrame);
    // Malformed or oversized frames end here; Vert.x closes the connection itself.
    socket.exceptionHandler(failure -> receiver.end(CloseCode.BAD_REQUEST));
  }

  /** Now the client may send that message. */
  void giveTurn(ClientMessage message) {
    expected = message;
    clientsTurn = true;
    lapsed = false;
    turnAt = System.nanoTime();
    firstByteAt = 0;
    int bytes = message.maxBytes(role);
    allowance = bytes + bytes / BYTES_PER_FRAME_HEADER + CONTROL_BYTES;
  }

  /** The message that the client may send, or has sent last. */
  ClientMessage expected() {
    return expected;
  }

  /** Nothing is kept of what still comes. */
  void end() {
    ended = true;
    allowance = CONTROL_BYTES;
  }

  /** Whether bytes that arrive may be kept. */
  private boolean arrived(int bytes) {
    if (dropping) {
      return false;
    }
    if (bytes > allowance) {
      drop(CloseCode.BAD_REQUEST);
      return false;
    }
    allowance -= bytes;
    if (ended) {
      return true;
    }
    if (firstByteAt == 0) {
      firstByteAt = System.nanoTime();
    }
    Optional<CloseCode> refusal = receiver.hold(bytes);
    refusal.ifPresent(this::drop);
    return refusal.isEmpty();
  }

  private void drop(CloseCode code) {
    dropping = true;
    receiver.end(code);
  }

  private void onFrame(WebSocketFrame frame) {
    if (ended
        || frame.type() == WebSocketFrameType.PING
        || frame.type() == WebSocketFrameType.PONG
        || frame.isClose()) {
      return;
    }
    Buffer part = frame.binaryData();
    if (!clientsTurn
        || frame.isText()
        || partial.length() + part.length() > expected.maxBytes(role)) {
      receiver.end(CloseCode.BAD_REQUEST);
      return;
    }
    partial.appendBuffer(part);
    if (frame.isFinal()) {
      byte[] message = partial.getBytes();
      partial = Buffer.buffer();
      clientsTurn = false;
      allowance = CONTROL_BYTES;
      receiver.onMessage(expected, message);
    }
  }

  /**
   * Whether the client keeps the server waiting for too long.
   *
   * @param now {@link System#nanoTime}
   */
  boolean isTooSlow(long now, Patience patience) {
    Duration silence =
        expected == ClientMessage.ACKNOWLEDGEMENT ? patience.acknowledgement() : patience.idle();
    return clientsTurn
        && (now - turnAt > silence.toNanos()
            || (firstByteAt != 0 && now - firstByteAt > patience.message().toNanos()));
  }

  /** Whether the client has just been silent for so long that its message is not expected now. */
  boolean lapses(long now) {
    boolean lapses = clientsTurn && !lapsed && now - turnAt > EXPECTED_NANOS;
    lapsed |= lapses;
    return lapses;
  }
}
