package org.blindbook.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.admission.AddressPrefix;
import org.blindbook.server.admission.Holdings.Holding;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.lookup.Refusals;
import org.blindbook.server.lookup.Relay;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} of {@link Paths#DISCOVERY} and its like: authenticates a client, admits it to the
 * enclave of that role and gives its WebSocket to a {@link Relay}.
 *
 * <p>What there is no room for is answered before the upgrade and costs as little as it can: the
 * work that waits is looked at before anything else, and a client that is admitted waits for its
 * turn as a plain request. What an enclave's state forbids is answered by a close code.
 */
final class SessionEndpoint {
  private static final long SWEEP_MILLIS = 1_000;
  private static final long EXPIRE_MILLIS = 100;
  private static final long UPGRADE_MILLIS = 2_000;
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final EnclaveRole role;
  private final Services services;
  private final Semaphore places;
  private final Lane lane;
  private final Refusals refusals;
  private final PlainSockets sockets;
  private final Set<Relay> relays = new HashSet<>();
  private @Nullable Context context;

  /**
   * @param sockets the connections that requests come on
   */
  SessionEndpoint(EnclaveRole role, Services services, PlainSockets sockets) {
    this.role = role;
    this.services = services;
    this.places = services.of(role).sessions();
    this.lane = services.of(role).lane();
    this.refusals = services.refusals(role);
    this.sockets = sockets;
  }

  void start(Vertx vertx, Context eventLoop) {
    context = eventLoop;
    vertx.setPeriodic(SWEEP_MILLIS, timer -> endTheSlow());
    vertx.setPeriodic(EXPIRE_MILLIS, timer -> lane.expire());
  }

  void handle(HttpServerRequest request) {
    if (!request.canUpgradeToWebSocket()) {
      Front.text(request, 426, "This is a WebSocket endpoint.\n");
      return;
    }
    if (announcesBody(request)) {
      Front.text(request, 400, "A WebSocket begins without a body.\n");
      return;
    }
    if (lane.full()) {
      refuse(request, Resource.WORK);
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
      Front.away(request, 429, wait, "This account was told to wait before it connects again.\n");
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
    if (epoch.isEmpty()) {
      upgradeAndClose(request, CloseCode.WRONG_EPOCH);
    } else if (services.enclaves().of(role, epoch.getAsInt()).isEmpty()) {
      upgradeAndClose(request, CloseCode.ENCLAVE_RESTARTING);
    } else if (role != EnclaveRole.RECENT || reachesBack(request, epoch.getAsInt())) {
      Asked asked = new Asked(epoch.getAsInt(), account.get(), nonce.get(), collateral.get());
      takePlace(request, asked);
    }
  }

  /** The upgrade would wait for its end, with a place among those that the enclaves work for. */
  private static boolean announcesBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.equals("0"));
  }

  /** Whether every change is there that the client misses; answers it when not. */
  private boolean reachesBack(HttpServerRequest request, int epoch) {
    Optional<Instant> since = SinceValue.of(request.getHeader(Headers.SINCE));
    if (since.isEmpty()) {
      Front.text(request, 400, Headers.SINCE + " takes seconds since 1970.\n");
      return false;
    }
    boolean reaches = services.enclaves().recentReachesBackTo(since.get(), epoch);
    if (!reaches) {
      Front.text(
          request, 410, "The changes since then are no longer all here: look everybody up.\n");
    }
    return reaches;
  }

  /** What a client says of itself. */
  private record Asked(int epoch, byte[] account, byte[] nonce, byte[] collateral) {}

  private void takePlace(HttpServerRequest request, Asked asked) {
    Optional<Holding> holding = services.holdings().enter(asked.account, address(request));
    if (holding.isEmpty()) {
      Front.away(
          request,
          429,
          services.retryAfter().seconds(),
          "There are too many connections of this account or address: wait.\n");
    } else if (!places.tryAcquire()) {
      holding.get().leave();
      refuse(request, Resource.SESSIONS);
    } else {
      new Arrival(request, asked, holding.get()).enter();
    }
  }

  private Optional<AddressPrefix> address(HttpServerRequest request) {
    return services.forwarded()
        ? AddressPrefix.ofForwarded(request.getHeader(FORWARDED_FOR))
        : AddressPrefix.of(InetAddress.ofLiteral(request.remoteAddress().hostAddress()));
  }

  private void refuse(HttpServerRequest request, Resource resource) {
    refusals.report(resource);
    Front.away(request, 503, refusals.seconds(), "The service is at its limit: wait.\n");
  }

  /** Nothing that a client does keeps an upgrade waiting for longer. */
  private Future<ServerWebSocket> upgrade(HttpServerRequest request) {
    return request
        .toWebSocket()
        .timeout(UPGRADE_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(socket -> sockets.remove(request.connection()))
        .onFailure(gone -> request.connection().close());
  }

  private void upgradeAndClose(HttpServerRequest request, CloseCode code) {
    upgrade(request).onSuccess(socket -> close(socket, code));
  }

  private void close(ServerWebSocket socket, CloseCode code) {
    socket.close(
        (short) code.code(),
        code.retryable() ? CloseCode.retryAfterReason(services.retryAfter().seconds()) : null);
  }

  /** A client that waits for its turn, as a request that has no answer yet. */
  private final class Arrival implements Lane.Newcomer {
    private final HttpServerRequest request;
    private final Asked asked;
    private final Holding holding;
    private Lane.@Nullable Place place;
    private boolean over;

    Arrival(HttpServerRequest request, Asked asked, Holding holding) {
      this.request = request;
      this.asked = asked;
      this.holding = holding;
    }

    void enter() {
      // Else the request ends before there is somebody to upgrade it.
      request.pause();
      request.exceptionHandler(gone -> leave());
      place = lane.enter(this);
    }

    @Override
    public void begin(Lane.Call offer) {
      eventLoop().runOnContext(turn -> connect(offer));
    }

    @Override
    public void tooLate() {
      eventLoop()
          .runOnContext(
              turn -> {
                if (!over) {
                  leave();
                  refuse(request, Resource.WORK);
                }
              });
    }

    private void connect(Lane.Call offer) {
      if (over) {
        offer.answered();
        return;
      }
      upgrade(request)
          .onSuccess(socket -> admit(socket, offer))
          .onFailure(
              gone -> {
                offer.answered();
                leave();
              });
    }

    private void admit(ServerWebSocket socket, Lane.Call offer) {
      Optional<? extends EnclaveConnection> enclave = services.enclaves().of(role, asked.epoch);
      if (enclave.isEmpty()) {
        offer.answered();
        leave();
        close(socket, CloseCode.ENCLAVE_RESTARTING);
        return;
      }
      over = true;
      Relay relay =
          new Relay(
              socket,
              eventLoop(),
              enclave.get(),
              services.charges(role, asked.epoch, asked.account),
              refusals,
              new Relay.Client(asked.account, holding, place()));
      relays.add(relay);
      socket.closeHandler(
          closed -> {
            relay.onSocketClosed();
            relays.remove(relay);
            places.release();
          });
      relay.open(offer, asked.nonce, asked.collateral);
    }

    /** Gives everything back; does nothing the second time, nor once there is a relay. */
    private void leave() {
      if (!over) {
        over = true;
        place().leave();
        holding.leave();
        places.release();
      }
    }

    private Lane.Place place() {
      if (place == null) {
        throw new IllegalStateException("not in line yet");
      }
      return place;
    }
  }

  EnclaveRole role() {
    return role;
  }

  /** Does something with every connection; may be called from any thread. */
  void forEach(Consumer<Relay> action) {
    eventLoop().runOnContext(event -> List.copyOf(relays).forEach(action));
  }

  private void endTheSlow() {
    long now = System.nanoTime();
    for (Relay relay : List.copyOf(relays)) {
      relay.endIfOverdue(now, services.patience());
    }
  }

  private Context eventLoop() {
    if (context == null) {
      throw new IllegalStateException("not started");
    }
    return context;
  }
}
