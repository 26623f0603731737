package org.blindbook.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.IdentifierBatch;
import org.blindbook.server.limits.BulkBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/evaluations}: the lookup keys of identifiers, for loading. An {@link
 * IdentifierBatch} comes, 16 bytes for each identifier go. It answers whoever has the credential
 * with the function's values of any number, so it has a credential and a limit of its own and
 * counts what it does.
 */
public final class BulkEvaluationEndpoint {
  private static final Logger log = LoggerFactory.getLogger(BulkEvaluationEndpoint.class);

  private static final int MAX_BODY_BYTES =
      8 + IdentifierBatch.MAX * (Short.BYTES + IdentifierBatch.MAX_IDENTIFIER_BYTES);
  private static final long AUDIT_EVERY = 100_000;

  /**
   * What all event loops share.
   *
   * @param admits whether an Authorization header admits a loader
   * @param places one for each batch that may be under way
   */
  public record Shared(Predicate<@Nullable String> admits, BulkBudget budget, Semaphore places) {}

  private final Services services;
  private final Shared shared;

  BulkEvaluationEndpoint(Services services, Shared shared) {
    this.services = services;
    this.shared = shared;
  }

  void handle(HttpServerRequest request, Context context) {
    if (!shared.admits.test(request.getHeader(HttpHeaders.AUTHORIZATION))) {
      request.response().putHeader("www-authenticate", "Blindbook-Load");
      Front.text(request, 401, "The load credential is missing, wrong or expired.\n");
      return;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null
        || !length.matches("[0-9]{1,7}")
        || Integer.parseInt(length) > MAX_BODY_BYTES) {
      Front.text(request, 413, "A batch has a length and at most 512 identifiers.\n");
      return;
    }
    request.body().onSuccess(body -> evaluate(request, body, context));
  }

  private void evaluate(HttpServerRequest request, Buffer body, Context context) {
    IdentifierBatch batch;
    try {
      batch = IdentifierBatch.decode(body.getBytes());
    } catch (CallException e) {
      Front.text(request, 400, "This is not a batch of identifiers.\n");
      return;
    }
    OptionalInt epoch = services.enclaves().choose(List.of(batch.epoch()));
    if (epoch.isEmpty()) {
      wrongEpoch(request);
      return;
    }
    Optional<EnclaveCalls> enclave = services.enclaves().of(epoch.getAsInt());
    if (enclave.isEmpty() || !shared.places.tryAcquire()) {
      wait(request, 503, services.retryAfter().seconds(), "The evaluator is busy: try again.\n");
      return;
    }
    int seconds = shared.budget.take(batch.identifiers().size());
    if (seconds > 0) {
      shared.places.release();
      log.warn("bulk evaluation is at its limit; {} identifiers refused", shared.budget.refused());
      wait(request, 429, seconds, "Today's limit of bulk evaluations is reached.\n");
      return;
    }
    audit(batch.identifiers().size());
    Future.fromCompletionStage(enclave.get().evaluate(batch), context)
        .onComplete(
            keys -> {
              shared.places.release();
              if (keys.succeeded()) {
                request
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(Buffer.buffer(keys.result()));
              } else {
                refuse(request, keys.cause());
              }
            });
  }

  private void audit(int identifiers) {
    long total = shared.budget.evaluated();
    if (total / AUDIT_EVERY != (total - identifiers) / AUDIT_EVERY) {
      log.info("evaluated {} identifiers in bulk since start", total);
    }
  }

  private void refuse(HttpServerRequest request, Throwable failure) {
    if (failure instanceof CallException refused && refused.error() == CallError.WRONG_EPOCH) {
      wrongEpoch(request);
    } else {
      wait(request, 503, services.retryAfter().seconds(), "The evaluator cannot now: try again.\n");
    }
  }

  private static void wrongEpoch(HttpServerRequest request) {
    Front.text(request, 409, "This epoch is not served here.\n");
  }

  private static void wait(HttpServerRequest request, int status, int seconds, String text) {
    request.response().putHeader("retry-after", String.valueOf(seconds));
    Front.text(request, status, text);
  }
}
