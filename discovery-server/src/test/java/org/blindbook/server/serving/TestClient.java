package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.EnclaveRole;

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

  /** Sends what is as long as a request of the smallest size class, and begins with a mark. */
  void sendRequest(EnclaveRole role, int mark) {
    sendRequest(role, SizeClass.SMALLEST, mark);
  }

  void sendRequest(EnclaveRole role, int capacity, int mark) {
    int plaintext =
        switch (role) {
          case LOOKUP, RECENT -> DiscoveryRequest.length(capacity);
          case EVALUATOR ->
              EvaluationRequest.ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES;
        };
    byte[] request = new byte[SecureChannel.sealedLength(plaintext)];
    request[0] = (byte) mark;
    send(request);
  }

  /** Has the enclave answer a handshake: what comes next is a request. */
  void shakeHands() throws InterruptedException {
    next();
    send((byte) 0);
    next();
  }

  byte[] next() throws InterruptedException {
    byte[] message = messages.poll(5, TimeUnit.SECONDS);
    assertThat(message).as("the next message").isNotNull();
    return message;
  }

  /** The next message; empty when the server closes instead. */
  Optional<byte[]> nextUnlessClosed() throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      byte[] message = messages.poll(10, TimeUnit.MILLISECONDS);
      if (message != null || closed.isDone()) {
        return Optional.ofNullable(message == null ? messages.poll() : message);
      }
    }
    throw new AssertionError("neither a message nor a close code came");
  }

  /** Ends the connection without a word. */
  void leave() {
    socket.abort();
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
