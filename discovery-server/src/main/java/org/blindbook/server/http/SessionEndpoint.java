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
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.lookup.Relay;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} of {@link Paths#DISCOVERY} or {@link Paths#EVALUATION}: authenticates a client,
 * admits it to the enclave of that role and gives its WebSocket to a {@link Relay}. A wrong
 * credential or header is answered before the upgrade, everything later by a close code.
 */
final class SessionEndpoint {
  private static final long SWEEP_MILLIS = 1_000;

  private final EnclaveRole role;
  private final Services services;
  private final Semaphore places;
  private final Set<Relay> relays = new HashSet<>();
  private @Nullable Context context;

  /**
   * @param places one for each session that may still be opened
   */
  SessionEndpoint(EnclaveRole role, Services services, Semaphore places) {
    this.role = role;
    this.services = services;
    this.places = places;
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
      request.response().putHeader(Headers.WWW_AUTHENTICATE, Headers.CLIENT_SCHEME);
      Front.text(request, 401, "The credential is missing, wrong or expired: get a new one.\n");
      return;
    }
    int wait = services.work().of(account.get()).secondsToWait();
    if (wait > 0) {
      Front.later(request, 429, wait, "This account was told to wait before it connects again.\n");
      return;
    }
    Optional<byte[]> nonce = HexValue.of(request.getHeader(Headers.NONCE));
    Optional<byte[]> collateral = HexValue.of(request.getHeader(Headers.COLLATERAL));
    Optional<List<Integer>> epochs = EpochList.of(request.getHeader(Headers.EPOCHS));
    if (nonce.isEmpty() || collateral.isEmpty() || epochs.isEmpty()) {
      Front.text(
          request,
          400,
          Headers.NONCE
              + " and "
              + Headers.COLLATERAL
              + " take 64 hexadecimal digits, "
              + Headers.EPOCHS
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
    Optional<? extends EnclaveConnection> enclave = services.enclaves().of(role, epoch);
    if (enclave.isEmpty()) {
      refuse(socket, CloseCode.ENCLAVE_RESTARTING);
      return;
    }
    if (!places.tryAcquire()) {
      refuse(socket, CloseCode.OVERLOADED);
      return;
    }
    Relay relay =
        new Relay(
            socket,
            eventLoop(),
            enclave.get(),
            services.charges(role, epoch, account),
            services.retryAfter(),
            account);
    relays.add(relay);
    socket.closeHandler(
        closed -> {
          relay.onSocketClosed();
          relays.remove(relay);
          places.release();
        });
    relay.open(nonce, collateral);
  }

  private void refuse(ServerWebSocket socket, CloseCode code) {
    socket.close(
        (short) code.code(),
        code.retryable() ? CloseCode.retryAfterReason(services.retryAfter().seconds()) : null);
  }

  EnclaveRole role() {
    return role;
  }

  /** Does something with every connection; may be called from any thread. */
  void forEach(Consumer<Relay> action) {
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
