package org.blindbook.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The port of the messenger's backend: single changes and small batches of registrations. {@code
 * GET /v1/openapi.yaml} describes it.
 */
public final class ManagementFront extends VerticleBase {
  private static final String REGISTRATIONS = "/v1/registrations";

  private final HttpServerOptions options;
  private final ChangesEndpoint.Shared shared;
  private @Nullable HttpServer server;

  public ManagementFront(ChangesEndpoint.Shared shared, HttpServerOptions options) {
    this.options = options;
    this.shared = shared;
  }

  @Override
  public Future<?> start() {
    ChangesEndpoint changes =
        new ChangesEndpoint(
            vertx, vertx.createSharedWorkerExecutor("management", ChangesEndpoint.WRITERS), shared);
    Routes routes = new Routes();
    routes.post(REGISTRATIONS, changes::post);
    routes.get(REGISTRATIONS, changes::get);
    String description = description();
    routes.get(
        "/v1/openapi.yaml",
        request -> Front.respond(request, 200, "application/yaml").end(description));
    server = vertx.createHttpServer(options);
    routes.install(server);
    return server.listen();
  }

  private static String description() {
    try (InputStream in = ManagementFront.class.getResourceAsStream("openapi.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("a resource of this program cannot be read", e);
    }
  }

  /** The port it listens on; only once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }
}
