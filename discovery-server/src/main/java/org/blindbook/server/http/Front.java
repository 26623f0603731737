package org.blindbook.server.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * The server's endpoints on one event loop. Several share a port, one per core; each has the
 * connections that came to it and touches no other's.
 */
public final class Front extends VerticleBase {
  private static final int MAX_OFFERS = 64;

  private final Services services;
  private final HttpServerOptions options;
  private final DiscoveryEndpoint discovery;
  private final Optional<BulkEvaluationEndpoint> bulk;
  private @Nullable HttpServer server;
  private int offers;

  public Front(Services services, HttpServerOptions options) {
    this.services = services;
    this.options = options;
    this.discovery = new DiscoveryEndpoint(services);
    this.bulk = services.bulk().map(shared -> new BulkEvaluationEndpoint(services, shared));
  }

  @Override
  public Future<?> start() {
    discovery.start(vertx, context);
    server = vertx.createHttpServer(options);
    server.requestHandler(this::route);
    server.invalidRequestHandler(request -> text(request, 400, "This is not a valid request.\n"));
    return server.listen();
  }

  /** The port it listens on; only once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  /** Where its clients' connections are. */
  public DiscoveryEndpoint discovery() {
    return discovery;
  }

  private void route(HttpServerRequest request) {
    if (bulk.isPresent()
        && request.method() == HttpMethod.POST
        && "/v1/evaluations".equals(request.path())) {
      bulk.get().handle(request, context);
      return;
    }
    if (request.method() != HttpMethod.GET) {
      text(request, 405, "Only GET is served here.\n");
      return;
    }
    switch (request.path()) {
      case "/v1/discovery" -> discovery.handle(request);
      case "/v1/offer" -> offer(request);
      case "/health/live" -> json(request, 200, "{\"live\":true}");
      case "/health/ready" -> ready(request);
      case null, default -> text(request, 404, "There is nothing here.\n");
    }
  }

  private void ready(HttpServerRequest request) {
    Readiness readiness =
        new Readiness(
            services.enclaves().statuses(),
            services.bulk().map(BulkEvaluationEndpoint.Shared::budget));
    json(request, readiness.ready() ? 200 : 503, readiness.json());
  }

  /** Evidence for somebody who only verifies. Each costs the platform a signature: bounded. */
  private void offer(HttpServerRequest request) {
    Optional<byte[]> nonce = HexValue.of(request.getParam("nonce"));
    if (nonce.isEmpty()) {
      text(request, 400, "The nonce must be 64 hexadecimal digits.\n");
      return;
    }
    Optional<List<Integer>> epochs = EpochList.of(request.getParam("epoch"));
    if (epochs.isEmpty()) {
      text(request, 400, "The epoch must be a number.\n");
      return;
    }
    OptionalInt epoch = services.enclaves().choose(epochs.get());
    if (epoch.isEmpty()) {
      wrongEpoch(request);
      return;
    }
    Optional<EnclaveCalls> enclave = services.enclaves().of(epoch.getAsInt());
    if (enclave.isEmpty() || offers >= MAX_OFFERS) {
      unavailable(request);
      return;
    }
    offers++;
    Future.fromCompletionStage(enclave.get().offer(nonce.get()), context)
        .onComplete(
            answer -> {
              offers--;
              if (answer.succeeded()) {
                bytes(request, answer.result().encode());
              } else {
                unavailable(request);
              }
            });
  }

  private void unavailable(HttpServerRequest request) {
    later(
        request,
        503,
        services.retryAfter().seconds(),
        "The service is not ready: try again later.\n");
  }

  static void wrongEpoch(HttpServerRequest request) {
    text(request, 409, "This epoch is not served here.\n");
  }

  static void later(HttpServerRequest request, int status, int seconds, String text) {
    request.response().putHeader("retry-after", String.valueOf(seconds));
    text(request, status, text);
  }

  static void bytes(HttpServerRequest request, byte[] bytes) {
    respond(request, 200, "application/octet-stream").end(Buffer.buffer(bytes));
  }

  static void text(HttpServerRequest request, int status, String text) {
    respond(request, status, "text/plain; charset=utf-8").end(text);
  }

  private static void json(HttpServerRequest request, int status, String json) {
    respond(request, status, "application/json").end(json);
  }

  private static HttpServerResponse respond(HttpServerRequest request, int status, String type) {
    return request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
