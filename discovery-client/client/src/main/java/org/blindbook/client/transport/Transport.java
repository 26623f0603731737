package org.blindbook.client.transport;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Opens WebSockets. The client uses {@link JdkWebSocketTransport} unless it is given another one; a
 * runtime without {@code java.net.http}, such as Android, brings its own over the library it has.
 *
 * <p>Calls block. All calls on one connection come from one thread, one after the other; different
 * connections may be used at the same time. A thread that is interrupted while it waits gives up
 * with an {@link java.io.InterruptedIOException}.
 */
public interface Transport {
  /** Longer messages are never part of the protocol; a connection that receives one fails. */
  int MAX_MESSAGE_BYTES = 1 << 21;

  /**
   * Opens a WebSocket.
   *
   * @param uri {@code ws} or {@code wss}
   * @param headers to send with the upgrade request; they hold a credential, so keep them out of
   *     logs
   * @param timeout for the whole of it: name lookup, TCP, TLS and upgrade
   * @throws RefusedException when the server answered with an HTTP status instead of upgrading
   * @throws IOException when there was no such answer
   */
  Connection connect(URI uri, Map<String, String> headers, Duration timeout) throws IOException;

  /** One open WebSocket. */
  interface Connection extends AutoCloseable {
    /**
     * Sends one binary message. Returning says that it is on its way, not that it arrived: a server
     * that has closed the connection says why at the next {@link #receive}.
     *
     * @throws IOException when the message was not sent
     */
    void send(byte[] message, Duration timeout) throws IOException;

    /**
     * Waits for the next whole binary message. Nothing is read from the network ahead of this call,
     * so a server cannot fill the client's memory.
     *
     * @throws ClosedException when the server closed the connection and said why
     * @throws IOException when the connection broke, the wait took longer than {@code timeout}, or
     *     what came is not a binary message of at most {@link #MAX_MESSAGE_BYTES}
     */
    byte[] receive(Duration timeout) throws IOException;

    /** Closes with code 1000 if still open. Does not wait for the server. */
    @Override
    void close();
  }

  /** The server answered the upgrade request with an HTTP status. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int retryAfterSeconds;

    /**
     * @param status such as 401, 429 or 503
     * @param retryAfterSeconds from the header Retry-After, 0 without one
     */
    public RefusedException(int status, int retryAfterSeconds) {
      super("the server answered with HTTP status " + status);
      this.status = status;
      this.retryAfterSeconds = retryAfterSeconds;
    }

    public int status() {
      return status;
    }

    public int retryAfterSeconds() {
      return retryAfterSeconds;
    }
  }

  /** The server closed the WebSocket. */
  final class ClosedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;

    /**
     * @param code the WebSocket close code
     * @param reason the text that came with it, possibly empty
     */
    public ClosedException(int code, String reason) {
      super("the server closed the connection with code " + code);
      this.code = code;
      this.reason = reason;
    }

    public int code() {
      return code;
    }

    public String reason() {
      return reason;
    }
  }
}
