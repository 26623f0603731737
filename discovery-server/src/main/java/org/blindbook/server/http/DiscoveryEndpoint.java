package org.blindbook.server.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.message.CloseCode;
import org.blindbook.server.lookup.Relay;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/discovery}: authenticates a client, admits it and gives its WebSocket to a {@link
 * Relay}. A wrong credential or header is answered before the upgrade, everything later by a close
 * code.
 */
public final class DiscoveryEndpoint {
  private static final String NONCE = "blindbook-nonce";
  private static final String COLLATERAL = "blindbook-collateral";
  private static final String EPOCHS = "blindbook-epochs";
  private static final long SWEEP_MILLIS = 1_000;

  private final Services services;
  private final Set<Relay> relays = new HashSet<>();
  private @Nullable Context context;

  DiscoveryEndpoint(Services services) {
    this.services = services;
  }

  void start(Vertx vertx, Context eventLoop) {
    context = eventLoop;
    vertx.setPeriodic(SWEEP_MILLIS, timer -> endTheSlow());
  }

  void handle(HttpServerRequest request) {
    if (!request.canUpgradeToWebSocket()) {
      Front.text(request, 426, "This is a WebSocket endpoint.\n");
      return;
    }
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    Optional<byte[]> account = services.accounts().apply(authorization);
    if (account.isEmpty()) {
      request.response().putHeader("www-authenticate", "Blindbook");
      Front.text(request, 401, "The credential is missing, wrong or expired: get a new one.\n");
      return;
    }
    Optional<byte[]> nonce = HexValue.of(request.getHeader(NONCE));
    Optional<byte[]> collateral = HexValue.of(request.getHeader(COLLATERAL));
    Optional<List<Integer>> epochs = EpochList.of(request.getHeader(EPOCHS));
    if (nonce.isEmpty() || collateral.isEmpty() || epochs.isEmpty()) {
      Front.text(
          request,
          400,
          "Blindbook-Nonce and Blindbook-Collateral take 64 hexadecimal digits, Blindbook-Epochs"
              + " numbers with commas between.\n");
      return;
    }
    OptionalInt epoch = services.enclaves().choose(epochs.get());
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              if (epoch.isEmpty()) {
                refuse(socket, CloseCode.WRONG_EPOCH);
              } else {
                admit(socket, epoch.getAsInt(), account.get(), nonce.get(), collateral.get());
              }
            });
  }

  private void admit(
      ServerWebSocket socket, int epoch, byte[] account, byte[] nonce, byte[] collateral) {
    Optional<EnclaveCalls> enclave = services.enclaves().of(epoch);
    if (enclave.isEmpty()) {
      refuse(socket, CloseCode.ENCLAVE_RESTARTING);
      return;
    }
    if (!services.sessions().tryAcquire()) {
      refuse(socket, CloseCode.OVERLOADED);
      return;
    }
    Relay relay =
        new Relay(
            socket,
            eventLoop(),
            epoch,
            enclave.get(),
            services.ledgers(),
            services.retryAfter(),
            account);
    relays.add(relay);
    socket.closeHandler(
        closed -> {
          relay.onSocketClosed();
          relays.remove(relay);
          services.sessions().release();
        });
    relay.open(nonce, collateral);
  }

  private void refuse(ServerWebSocket socket, CloseCode code) {
    socket.close(
        (short) code.code(),
        code.retryable() ? CloseCode.retryAfterReason(services.retryAfter().seconds()) : null);
  }

  /** Does something with every connection; may be called from any thread. */
  public void forEach(Consumer<Relay> action) {
    eventLoop().runOnContext(event -> List.copyOf(relays).forEach(action));
  }

  /** A client that is too slow may come back: its place is wanted by others. */
  private void endTheSlow() {
    long now = System.nanoTime();
    for (Relay relay : List.copyOf(relays)) {
      if (relay.isOverdue(now, services.idle(), services.total())) {
        relay.end(CloseCode.OVERLOADED);
      }
    }
  }

  private Context eventLoop() {
    if (context == null) {
      throw new IllegalStateException("not started");
    }
    return context;
  }
}
