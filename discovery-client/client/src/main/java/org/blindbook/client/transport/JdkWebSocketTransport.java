package org.blindbook.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * WebSockets of {@code java.net.http}, which every Java SE runtime has.
 *
 * <p>Without TLS, and only then, these lose bytes when the answer to the upgrade and more than 16
 * KiB behind it arrive in one read: the connection then waits for the rest of the first message
 * until it times out, and is tried again. Seen with Java 17 and 25, in about one of a hundred such
 * connections. An offer has 5 to 9 KiB.
 */
public final class JdkWebSocketTransport implements Transport {
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final HttpClient http;

  public JdkWebSocketTransport() {
    this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /**
   * @param http brings what a network may need: a proxy, an SSL context with a private root. It
   *     follows no redirect for a WebSocket.
   */
  public JdkWebSocketTransport(HttpClient http) {
    this.http = http;
  }

  @Override
  public Connection connect(URI uri, Map<String, String> headers, Duration timeout)
      throws IOException {
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(timeout);
    headers.forEach(builder::header);
    Incoming incoming = new Incoming();
    CompletableFuture<WebSocket> opening = builder.buildAsync(uri, incoming);
    try {
      return new JdkConnection(await(opening, timeout), incoming);
    } catch (IOException failed) {
      // An upgrade that succeeds after all has nobody to use it.
      opening.thenAccept(WebSocket::abort);
      throw failed;
    }
  }

  /** The stage's value, or the failure of the network that kept it from coming. */
  private static <T> T await(CompletableFuture<T> stage, Duration timeout) throws IOException {
    try {
      return stage.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the server");
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("the server did not answer in time");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        var response = refused.getResponse();
        throw new RefusedException(response.statusCode(), retryAfter(response.headers()));
      }
      throw new IOException("the connection failed", e.getCause());
    }
  }

  /**
   * Seconds, also of the form with a date, which counts from the answer's own: this device's clock
   * may be wrong. 0 for anything else.
   */
  private static int retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Integer.parseInt(value);
    }
    try {
      Duration wait =
          Duration.between(
              httpDate(headers.firstValue("Date").orElse("").strip()), httpDate(value));
      return (int) Math.min(Integer.MAX_VALUE, Math.max(0, wait.toSeconds()));
    } catch (DateTimeParseException noDate) {
      return 0;
    }
  }

  private static Instant httpDate(String text) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
  }

  private sealed interface Event {
    record Message(byte[] bytes) implements Event {}

    record Closed(int code, String reason) implements Event {}

    record Failed(IOException cause) implements Event {}
  }

  /** Puts fragments together. Asks for the next fragment itself, but never for the next message. */
  private static final class Incoming implements WebSocket.Listener {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

    @Override
    public void onOpen(WebSocket socket) {
      // The default asks for a first message; here receive() does.
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      if (part.remaining() > MAX_MESSAGE_BYTES - fragments.size()) {
        return refuse(socket, "the server sent a longer message than the protocol has");
      }
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      fragments.writeBytes(bytes);
      if (last) {
        events.add(new Event.Message(fragments.toByteArray()));
        fragments.reset();
      } else {
        socket.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      return refuse(socket, "the server sent text where the protocol has binary messages");
    }

    private @Nullable CompletionStage<?> refuse(WebSocket socket, String why) {
      events.add(new Event.Failed(new IOException(why)));
      socket.abort();
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add(new Event.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      events.add(new Event.Failed(new IOException("the connection broke", error)));
    }
  }

  private static final class JdkConnection implements Connection {
    private final WebSocket socket;
    private final Incoming incoming;

    JdkConnection(WebSocket socket, Incoming incoming) {
      this.socket = socket;
      this.incoming = incoming;
    }

    @Override
    public void send(byte[] message, Duration timeout) throws IOException {
      await(socket.sendBinary(ByteBuffer.wrap(message), true), timeout);
    }

    @Override
    public byte[] receive(Duration timeout) throws IOException {
      Event event = next(timeout);
      if (event == null) {
        throw new SocketTimeoutException("the server did not answer in time");
      } else if (event instanceof Event.Message message) {
        return message.bytes();
      } else if (event instanceof Event.Closed closed) {
        throw new ClosedException(closed.code(), closed.reason());
      } else {
        throw ((Event.Failed) event).cause();
      }
    }

    private @Nullable Event next(Duration timeout) throws InterruptedIOException {
      try {
        socket.request(1);
        return incoming.events.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the server");
      }
    }

    @Override
    public void close() {
      socket
          .sendClose(WebSocket.NORMAL_CLOSURE, "")
          .orTimeout(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((sent, failed) -> socket.abort());
    }
  }
}
