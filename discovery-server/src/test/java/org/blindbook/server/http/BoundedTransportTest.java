package org.blindbook.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.Shortages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedTransportTest {
  private static final int MOST = 3;

  private final Shortages shortages = new Shortages(System::nanoTime);
  private final Vertx vertx =
      Vertx.builder().withTransport(new BoundedTransport(MOST, shortages)).build();
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Socket connect(NetServer server) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.actualPort());
    sockets.add(socket);
    return socket;
  }

  /** Whether the server has closed it. */
  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(500);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException stillOpen) {
      return false;
    }
  }

  @Test
  void oneSocketTooManyIsClosedAndOneThatGoesMakesRoom() throws Exception {
    NetServer server =
        vertx.createNetServer().connectHandler(socket -> {}).listen(0, "127.0.0.1").await();
    for (int i = 0; i < MOST; i++) {
      assertThat(isClosed(connect(server))).as("socket %d", i).isFalse();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(isClosed(connect(server))).as("one too many").isTrue();
    }
    assertThat(shortages.total(Resource.SOCKETS)).isEqualTo(5);
    sockets.getFirst().close();
    await().until(() -> !isClosed(connect(server)));
    assertThat(isClosed(connect(server))).isTrue();
  }
}
