package org.blindbook.server.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Stands where a hostile host or network stands: between a client and a server, each of which sees
 * a WebSocket of its own. What passes is decided by a {@link Host}, one for each connection.
 */
final class HostileProxy implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1 << 21;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client;
  private final HttpServer server;

  /** Where connections are led from now on. */
  volatile URI upstream;

  /** Who meets the next connection. */
  volatile Hosts host = Honest.EVERYWHERE;

  /** Both ends of one connection. */
  interface Wire {
    void toServer(byte[] message);

    void toClient(byte[] message);

    /** Closes both as if all was said. */
    void end();
  }

  /** What becomes of the messages of one connection; called by one thread. */
  interface Host {
    void fromServer(byte[] message, Wire wire) throws Exception;

    void fromClient(byte[] message, Wire wire) throws Exception;
  }

  /** Gives each connection a host of its own. */
  interface Hosts {
    /**
     * @param path which service the connection is to, of {@link org.blindbook.edge.endpoint.Paths}
     */
    Host of(String path);
  }

  /** Passes everything on. */
  static final class Honest implements Host {
    static final Hosts EVERYWHERE = path -> new Honest();

    @Override
    public void fromServer(byte[] message, Wire wire) {
      wire.toClient(message);
    }

    @Override
    public void fromClient(byte[] message, Wire wire) {
      wire.toServer(message);
    }
  }

  HostileProxy(URI upstream) throws Exception {
    this.upstream = upstream;
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES));
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
                    .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES))
            .webSocketHandler(this::lead)
            .listen()
            .await(10, TimeUnit.SECONDS);
  }

  /** What a client is told to connect to. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private void lead(ServerWebSocket toClient) {
    Host met = host.of(toClient.path());
    URI to = upstream;
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(to.getHost())
            .setPort(to.getPort())
            .setURI(toClient.uri());
    toClient
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.equals("authorization") || lower.startsWith("blindbook-")) {
                options.addHeader(name, value);
              }
            });
    toClient.pause();
    client
        .connect(options)
        .onSuccess(toServer -> join(toClient, toServer, met))
        .onFailure(refused -> toClient.close((short) 1011));
  }

  private static void join(ServerWebSocket toClient, WebSocket toServer, Host met) {
    Wire wire =
        new Wire() {
          @Override
          public void toServer(byte[] message) {
            toServer.writeBinaryMessage(Buffer.buffer(message));
          }

          @Override
          public void toClient(byte[] message) {
            toClient.writeBinaryMessage(Buffer.buffer(message));
          }

          @Override
          public void end() {
            toServer.close();
            toClient.close();
          }
        };
    toServer.binaryMessageHandler(
        message -> pass(() -> met.fromServer(message.getBytes(), wire), toClient, toServer));
    toClient.binaryMessageHandler(
        message -> pass(() -> met.fromClient(message.getBytes(), wire), toClient, toServer));
    end(toServer, toClient);
    end(toClient, toServer);
    toClient.resume();
  }

  private interface Passing {
    void run() throws Exception;
  }

  /** A host that fails is seen by the client as one that hangs up. */
  private static void pass(Passing passing, WebSocketBase... ends) {
    try {
      passing.run();
    } catch (Exception e) {
      for (WebSocketBase end : ends) {
        end.close((short) 1011);
      }
    }
  }

  private static void end(WebSocketBase from, WebSocketBase to) {
    from.closeHandler(
        closed -> {
          Short code = from.closeStatusCode();
          if (code != null && code != 1005 && code != 1006) {
            to.close(code, from.closeReason());
          } else {
            to.close();
          }
        });
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
