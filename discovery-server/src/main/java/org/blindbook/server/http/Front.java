package org.blindbook.server.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.Consumer;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.health.Readiness;
import org.blindbook.server.lookup.Relay;
import org.jspecify.annotations.Nullable;

/**
 * The server's endpoints on one event loop. Several share a port, one per core; each has the
 * connections that came to it and touches no other's.
 */
public final class Front extends VerticleBase {
  private static final long SWEEP_MILLIS = 1_000;

  private final Services services;
  private final HttpServerOptions options;
  private final List<SessionEndpoint> sessions;
  private final PlainSockets sockets;
  private final Routes routes = new Routes();
  private @Nullable HttpServer server;

  /**
   * @param plain what connections without a session may do
   */
  public Front(Services services, HttpServerOptions options, PlainSockets.Limits plain) {
    this.services = services;
    this.options = options;
    this.sockets = new PlainSockets(plain);
    this.sessions =
        services.enclaves().roles().stream()
            .map(role -> new SessionEndpoint(role, services, sockets))
            .toList();
    for (SessionEndpoint endpoint : sessions) {
      EnclaveRole role = endpoint.role();
      routes.get(sessionPath(role), endpoint::handle);
      OfferEndpoint offer = new OfferEndpoint(role, services);
      routes.get(offerPath(role), request -> offer.handle(request, context));
    }
    routes.get(Paths.LIVE, request -> json(request, 200, "{\"live\":true}"));
    routes.get(Paths.READY, this::ready);
    services
        .bulk()
        .map(shared -> new BulkEvaluationEndpoint(services, shared))
        .ifPresent(
            bulk -> routes.post(Paths.BULK_EVALUATION, request -> bulk.handle(request, context)));
  }

  private static String sessionPath(EnclaveRole role) {
    return switch (role) {
      case LOOKUP -> Paths.DISCOVERY;
      case EVALUATOR -> Paths.EVALUATION;
      case RECENT -> Paths.RECENT;
    };
  }

  private static String offerPath(EnclaveRole role) {
    return switch (role) {
      case LOOKUP -> Paths.DISCOVERY_OFFER;
      case EVALUATOR -> Paths.EVALUATION_OFFER;
      case RECENT -> Paths.RECENT_OFFER;
    };
  }

  @Override
  public Future<?> start() {
    sessions.forEach(endpoint -> endpoint.start(vertx, context));
    server = vertx.createHttpServer(options);
    routes.install(server, sockets);
    vertx.setPeriodic(SWEEP_MILLIS, timer -> sockets.closeTheSlow(System.nanoTime()));
    return server.listen();
  }

  /** The port it listens on; only once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  /** Does something with every client of a role; may be called from any thread. */
  public void forEachClient(EnclaveRole role, Consumer<Relay> action) {
    sessions.stream()
        .filter(endpoint -> endpoint.role() == role)
        .forEach(endpoint -> endpoint.forEach(action));
  }

  private void ready(HttpServerRequest request) {
    Readiness readiness =
        new Readiness(
            services.enclaves().statuses(),
            services.table(),
            services.bulk().map(BulkEvaluationEndpoint.Shared::budget),
            services.records().health(),
            services.load());
    json(request, readiness.ready() ? 200 : 503, readiness.json());
  }

  static void wrongEpoch(HttpServerRequest request) {
    text(request, 409, "This epoch is not served here.\n");
  }

  static void later(HttpServerRequest request, int status, int seconds, String text) {
    request.response().putHeader(Headers.RETRY_AFTER, String.valueOf(seconds));
    text(request, status, text);
  }

  /** As {@link #later}, and ends the connection: the client is not wanted soon. */
  static void away(HttpServerRequest request, int status, int seconds, String text) {
    request
        .response()
        .putHeader(Headers.RETRY_AFTER, String.valueOf(seconds))
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    respond(request, status, "text/plain; charset=utf-8")
        .end(text)
        .onComplete(sent -> request.connection().close());
  }

  static void bytes(HttpServerRequest request, byte[] bytes) {
    respond(request, 200, "application/octet-stream").end(Buffer.buffer(bytes));
  }

  static void text(HttpServerRequest request, int status, String text) {
    respond(request, status, "text/plain; charset=utf-8").end(text);
  }

  static void json(HttpServerRequest request, int status, String json) {
    respond(request, status, "application/json").end(json);
  }

  static HttpServerResponse respond(HttpServerRequest request, int status, String type) {
    return request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
