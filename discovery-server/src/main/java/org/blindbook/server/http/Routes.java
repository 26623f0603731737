package org.blindbook.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What a port answers, by method and path. What is not there is not found, whatever it is. */
final class Routes {
  private final Map<String, Consumer<HttpServerRequest>> gets = new HashMap<>();
  private final Map<String, Consumer<HttpServerRequest>> posts = new HashMap<>();

  void get(String path, Consumer<HttpServerRequest> handler) {
    gets.put(path, handler);
  }

  void post(String path, Consumer<HttpServerRequest> handler) {
    posts.put(path, handler);
  }

  /**
   * Lets a server that does not listen yet answer by these.
   *
   * @param sockets the connections that requests come on
   */
  void install(HttpServer server, PlainSockets sockets) {
    server.connectionHandler(sockets::opened);
    server.requestHandler(
        request -> {
          sockets.answering(request.connection());
          request.response().endHandler(ended -> sockets.answered(request.connection()));
          route(request);
        });
    server.invalidRequestHandler(
        request -> Front.text(request, 400, "This is not a valid request.\n"));
  }

  /** As {@link #install(HttpServer, PlainSockets)}, for callers that may keep their connections. */
  void install(HttpServer server) {
    server.requestHandler(this::route);
    server.invalidRequestHandler(
        request -> Front.text(request, 400, "This is not a valid request.\n"));
  }

  private void route(HttpServerRequest request) {
    if (!hasReadableParameters(request)) {
      Front.text(request, 400, "This is not a valid request.\n");
      return;
    }
    HttpMethod method = request.method();
    Map<String, Consumer<HttpServerRequest>> handlers =
        method == HttpMethod.GET ? gets : method == HttpMethod.POST ? posts : Map.of();
    String path = request.path() == null ? "" : request.path();
    Consumer<HttpServerRequest> handler = handlers.get(path);
    if (handler != null) {
      handler.accept(request);
    } else if (gets.containsKey(path) || posts.containsKey(path)) {
      request.response().putHeader(HttpHeaders.ALLOW, gets.containsKey(path) ? "GET" : "POST");
      Front.text(request, 405, "This is served with another method.\n");
    } else {
      Front.text(request, 404, "There is nothing here.\n");
    }
  }

  /** They are taken apart when they are first asked for, and remembered. */
  private static boolean hasReadableParameters(HttpServerRequest request) {
    try {
      return request.query() == null || request.params() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
