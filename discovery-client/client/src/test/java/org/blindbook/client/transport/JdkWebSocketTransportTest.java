package org.blindbook.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.transport.Transport.ClosedException;
import org.blindbook.client.transport.Transport.Connection;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.client.transport.WebSocketPeer.Behaviour;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class JdkWebSocketTransportTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Transport transport = new JdkWebSocketTransport();

  private static byte[] message(int length) {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    return message;
  }

  private interface Use {
    void run(Connection connection) throws Exception;
  }

  /** The client speaks first, which keeps the JDK's loss of early bytes out of these tests. */
  private void with(Behaviour behaviour, Use use) throws Exception {
    try (WebSocketPeer peer =
            new WebSocketPeer(
                p -> {
                  p.upgrade();
                  p.readMessage();
                  behaviour.run(p);
                });
        Connection connection = transport.connect(peer.uri(), Map.of(), LONG)) {
      connection.send(new byte[1], LONG);
      use.run(connection);
    }
  }

  @Test
  void sendsHeadersAndMessagesBothWays() throws Exception {
    try (WebSocketPeer peer =
        new WebSocketPeer(
            p -> {
              p.upgrade();
              for (int i = 0; i < 4; i++) {
                p.frame(WebSocketPeer.BINARY, true, p.readMessage());
              }
            })) {
      Map<String, String> headers =
          Map.of("Authorization", "Blindbook a:1:b", "Blindbook-Nonce", "00ff");
      try (Connection connection = transport.connect(peer.uri(), headers, LONG)) {
        for (int length : new int[] {0, 1, 1_632, 557_312}) {
          connection.send(message(length), LONG);
          assertThat(connection.receive(LONG)).isEqualTo(message(length));
        }
      }
      peer.join();
      assertThat(peer.headers())
          .containsEntry("authorization", "Blindbook a:1:b")
          .containsEntry("blindbook-nonce", "00ff");
    }
  }

  /** An offer comes right behind the answer to the upgrade. */
  @RepeatedTest(50)
  void receivesAnOfferThatComesAtOnce() throws Exception {
    byte[] offer = message(16_000);
    try (WebSocketPeer peer =
            new WebSocketPeer(
                p -> {
                  p.upgrade();
                  p.frame(WebSocketPeer.BINARY, true, offer);
                });
        Connection connection = transport.connect(peer.uri(), Map.of(), LONG)) {
      assertThat(connection.receive(LONG)).isEqualTo(offer);
    }
  }

  @Test
  void putsFragmentsTogether() throws Exception {
    byte[] message = message(100_000);
    with(
        p -> {
          p.frame(WebSocketPeer.BINARY, false, Arrays.copyOfRange(message, 0, 10));
          p.frame(WebSocketPeer.CONTINUATION, false, new byte[0]);
          p.frame(WebSocketPeer.PING, true, new byte[3]);
          p.frame(WebSocketPeer.CONTINUATION, false, Arrays.copyOfRange(message, 10, 70_000));
          p.frame(WebSocketPeer.CONTINUATION, true, Arrays.copyOfRange(message, 70_000, 100_000));
          p.frame(WebSocketPeer.BINARY, true, new byte[] {7});
        },
        connection -> {
          assertThat(connection.receive(LONG)).isEqualTo(message);
          assertThat(connection.receive(LONG)).isEqualTo(new byte[] {7});
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesTheLongestMessageAndRefusesALongerOne(boolean inFragments) throws Exception {
    for (int extra = 0; extra < 2; extra++) {
      byte[] message = message(Transport.MAX_MESSAGE_BYTES + extra);
      boolean tooLong = extra == 1;
      with(
          p -> {
            if (inFragments) {
              p.frame(WebSocketPeer.BINARY, false, Arrays.copyOf(message, message.length - 1));
              p.frame(
                  WebSocketPeer.CONTINUATION,
                  true,
                  Arrays.copyOfRange(message, message.length - 1, message.length));
            } else {
              p.frame(WebSocketPeer.BINARY, true, message);
            }
          },
          connection -> {
            if (tooLong) {
              assertThatThrownBy(() -> connection.receive(LONG))
                  .isExactlyInstanceOf(IOException.class)
                  .hasMessageContaining("longer");
            } else {
              assertThat(connection.receive(LONG)).isEqualTo(message);
            }
          });
    }
  }

  @Test
  void refusesText() throws Exception {
    with(
        p -> p.frame(WebSocketPeer.TEXT, true, new byte[] {'a'}),
        connection ->
            assertThatThrownBy(() -> connection.receive(LONG)).hasMessageContaining("text"));
  }

  @Test
  void doesNotReadAheadOfTheClient() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    with(
        p -> {
          // More than the sockets' buffers hold.
          for (int i = 0; i < 200; i++) {
            p.frame(WebSocketPeer.BINARY, true, new byte[200_000]);
          }
          stuck.countDown();
        },
        connection -> {
          assertThat(connection.receive(LONG)).hasSize(200_000);
          assertThat(stuck.await(1, TimeUnit.SECONDS)).isFalse();
          for (int i = 1; i < 200; i++) {
            connection.receive(LONG);
          }
          assertThat(stuck.await(5, TimeUnit.SECONDS)).isTrue();
        });
  }

  @Test
  void tellsCloseCodeAndReason() throws Exception {
    with(
        p -> {
          p.frame(WebSocketPeer.BINARY, true, new byte[] {1});
          p.close(4503, "retry-after=7");
        },
        connection -> {
          assertThat(connection.receive(LONG)).hasSize(1);
          assertThatThrownBy(() -> connection.receive(LONG))
              .isInstanceOfSatisfying(
                  ClosedException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo(4503);
                    assertThat(e.reason()).isEqualTo("retry-after=7");
                  });
        });
  }

  @Test
  void tellsTheCloseCodeThatCameWhileItWasSending() throws Exception {
    with(
        p -> {
          p.close(4409, "");
          p.readMessage();
        },
        connection -> {
          connection.send(message(500_000), LONG);
          assertThatThrownBy(() -> connection.receive(LONG))
              .isInstanceOfSatisfying(
                  ClosedException.class, e -> assertThat(e.code()).isEqualTo(4409));
        });
  }

  @Test
  void reportsAConnectionThatBreaksWhileItIsSending() throws Exception {
    with(
        WebSocketPeer::hangUp,
        connection ->
            assertThatThrownBy(
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        connection.send(message(500_000), LONG);
                      }
                    })
                .isInstanceOf(IOException.class));
  }

  @Test
  void reportsAConnectionThatBreaks() throws Exception {
    with(
        WebSocketPeer::hangUp,
        connection ->
            assertThatThrownBy(() -> connection.receive(LONG)).isInstanceOf(IOException.class));
  }

  @Test
  void doesNotWaitForeverForAMessage() throws Exception {
    with(
        WebSocketPeer::read,
        connection ->
            assertThatThrownBy(() -> connection.receive(SHORT))
                .isInstanceOf(SocketTimeoutException.class));
  }

  @Test
  void doesNotWaitForeverForAnUpgrade() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI uri = URI.create("ws://127.0.0.1:" + silent.getLocalPort());
      assertThatThrownBy(() -> transport.connect(uri, Map.of(), SHORT))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void givesUpWhenInterrupted() throws Exception {
    with(
        WebSocketPeer::read,
        connection -> {
          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> connection.receive(LONG))
              .isExactlyInstanceOf(InterruptedIOException.class);
          assertThat(Thread.interrupted()).isTrue();
        });
  }

  @Test
  void closesWithCode1000() throws Exception {
    CompletableFuture<WebSocketPeer.Frame> last = new CompletableFuture<>();
    with(
        p -> last.complete(p.read()),
        connection -> {
          connection.close();
          assertThat(last.get(5, TimeUnit.SECONDS).opcode()).isEqualTo(WebSocketPeer.CLOSE);
          assertThat(last.join().payload()).startsWith(1000 >> 8, 1000 & 255);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', 0",
    "401, 'WWW-Authenticate: Blindbook', 0",
    "429, 'Retry-After: 30', 30",
    "503, 'Retry-After: 7', 7",
    "503, 'Retry-After: Wed, 21 Oct 2026 07:28:00 GMT', 0",
    "503, 'Date: Wed, 21 Oct 2026 07:27:20 GMT\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT', 40",
    "503, 'Date: Wed, 21 Oct 2026 07:29:00 GMT\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT', 0",
    "503, 'Retry-After: 99999999999', 0",
    "301, 'Location: http://127.0.0.1:9/', 0",
    "404, '', 0",
    "200, '', 0"
  })
  void tellsTheStatusOfARefusedUpgrade(int status, String header, int retryAfter) throws Exception {
    String line = header.isEmpty() ? "" : header + "\n";
    try (WebSocketPeer peer =
        new WebSocketPeer(
            p -> p.respond("HTTP/1.1 " + status + " No\n" + line + "Content-Length: 0\n\n"))) {
      assertThatThrownBy(() -> transport.connect(peer.uri(), Map.of(), LONG))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.status()).isEqualTo(status);
                assertThat(e.retryAfterSeconds()).isEqualTo(retryAfter);
              });
    }
  }

  @Test
  void reportsAServerThatIsNotThere() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    assertThatThrownBy(
            () -> transport.connect(URI.create("ws://127.0.0.1:" + port), Map.of(), LONG))
        .isExactlyInstanceOf(IOException.class);
  }
}
