package org.blindbook.server.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.jspecify.annotations.Nullable;

/**
 * A port for the operator's own loaders, on this machine only: bulk evaluation and the evaluator's
 * offer, and nothing else. The clients' port may speak TLS by a name that this machine does not
 * know itself by; here no certificate is needed. Credential, budget and places are the same ones.
 */
public final class LoaderFront extends VerticleBase {
  private final HttpServerOptions options;
  private final Routes routes = new Routes();
  private @Nullable HttpServer server;

  /**
   * @param bulk as the clients' port has it
   * @param options of a loopback address
   */
  public LoaderFront(
      Services services, BulkEvaluationEndpoint.Shared bulk, HttpServerOptions options) {
    this.options = options;
    BulkEvaluationEndpoint evaluation = new BulkEvaluationEndpoint(services, bulk);
    OfferEndpoint offer = new OfferEndpoint(EnclaveRole.EVALUATOR, services);
    routes.post(Paths.BULK_EVALUATION, request -> evaluation.handle(request, context));
    routes.get(Paths.EVALUATION_OFFER, request -> offer.handle(request, context));
  }

  @Override
  public Future<?> start() {
    server = vertx.createHttpServer(options);
    routes.install(server);
    return server.listen();
  }

  /** The port it listens on; only once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }
}
