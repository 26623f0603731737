package org.blindbook.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.server.limits.BulkBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/evaluations}: the function's values, for loading. A {@link SealedBatch} of
 * identifiers comes and 16 bytes for each go, or an {@link EvaluationRequest} comes and its reply
 * goes; this process can read neither. It answers whoever has the credential with the function's
 * values of any number, so it has a credential and a limit of its own and counts what it does.
 */
public final class BulkEvaluationEndpoint {
  private static final Logger log = LoggerFactory.getLogger(BulkEvaluationEndpoint.class);

  private static final String NO_BATCH = "This is not a batch that can be evaluated.\n";
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
        || Integer.parseInt(length) > SealedBatch.MAX_BYTES) {
      Front.text(request, 413, "A batch has a length and at most 512 identifiers.\n");
      return;
    }
    request.body().onSuccess(body -> evaluate(request, body, context));
  }

  /**
   * What a body asks for.
   *
   * @param epoch of the key that is wanted
   * @param count of the values that are wanted
   */
  private record Asked(
      int epoch, int count, Function<EnclaveCalls, CompletionStage<byte[]>> evaluation) {
    static Asked decode(byte[] body) throws MalformedMessageException {
      if (!EvaluationRequest.is(body)) {
        SealedBatch batch = SealedBatch.decode(body);
        return new Asked(batch.epoch(), batch.count(), enclave -> enclave.evaluate(batch));
      }
      EvaluationRequest request = EvaluationRequest.decode(body);
      if (request.capacity() > SealedBatch.MAX) {
        throw new MalformedMessageException("a loader has too many elements evaluated at once");
      }
      return new Asked(request.epoch(), request.count(), enclave -> enclave.evaluate(request));
    }
  }

  private void evaluate(HttpServerRequest request, Buffer body, Context context) {
    Asked asked;
    try {
      asked = Asked.decode(body.getBytes());
    } catch (MalformedMessageException e) {
      Front.text(request, 400, NO_BATCH);
      return;
    }
    OptionalInt epoch = services.enclaves().choose(List.of(asked.epoch()));
    if (epoch.isEmpty()) {
      Front.wrongEpoch(request);
      return;
    }
    Optional<EnclaveCalls> enclave = services.enclaves().of(epoch.getAsInt());
    if (enclave.isEmpty() || !shared.places.tryAcquire()) {
      Front.later(
          request, 503, services.retryAfter().seconds(), "The evaluator is busy: try again.\n");
      return;
    }
    int seconds = shared.budget.take(asked.count());
    if (seconds > 0) {
      shared.places.release();
      log.warn("bulk evaluation is at its limit; {} identifiers refused", shared.budget.refused());
      Front.later(request, 429, seconds, "Today's limit of bulk evaluations is reached.\n");
      return;
    }
    audit(asked.count());
    Future.fromCompletionStage(asked.evaluation().apply(enclave.get()), context)
        .onComplete(
            answer -> {
              shared.places.release();
              if (answer.succeeded()) {
                Front.bytes(request, answer.result());
              } else {
                refuse(request, answer.cause());
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
    switch (failure instanceof CallException refused ? refused.error() : CallError.GONE) {
      case WRONG_EPOCH -> Front.wrongEpoch(request);
      case STALE_KEY ->
          Front.text(request, 410, "This channel key is not in use any more: take a new offer.\n");
      case BAD_CALL -> Front.text(request, 400, NO_BATCH);
      default ->
          Front.later(
              request, 503, services.retryAfter().seconds(), "The evaluator is busy: try again.\n");
    }
  }
}
