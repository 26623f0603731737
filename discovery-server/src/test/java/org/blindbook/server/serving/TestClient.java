package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.CloseCode;

/** A WebSocket client that keeps what it gets. */
final class TestClient implements WebSocket.Listener {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  record Closed(int code, String reason) {}

  final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  WebSocket socket;

  static TestClient connect(String url, Map<String, String> headers) {
    TestClient client = new TestClient();
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    headers.forEach(builder::header);
    client.socket = builder.buildAsync(URI.create(url.replaceFirst("^http", "ws")), client).join();
    return client;
  }

  /** The response of a server that does not upgrade. */
  static HttpResponse<?> refused(String url, Map<String, String> headers) {
    try {
      connect(url, headers);
      throw new AssertionError("the server upgraded");
    } catch (CompletionException e) {
      return ((java.net.http.WebSocketHandshakeException) e.getCause()).getResponse();
    }
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    partial.writeBytes(bytes);
    if (last) {
      messages.add(partial.toByteArray());
      partial.reset();
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closed.complete(new Closed(statusCode, reason));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }

  void send(byte... message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  byte[] next() throws InterruptedException {
    byte[] message = messages.poll(5, TimeUnit.SECONDS);
    assertThat(message).as("the next message").isNotNull();
    return message;
  }

  Closed awaitClose() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  void assertClosed(CloseCode code) throws Exception {
    Closed close = awaitClose();
    assertThat(CloseCode.of(close.code())).contains(code);
    if (code.retryable()) {
      assertThat(CloseCode.retryAfterSeconds(close.reason())).isBetween(1, 60);
    } else {
      assertThat(close.reason()).isEmpty();
    }
  }
}
