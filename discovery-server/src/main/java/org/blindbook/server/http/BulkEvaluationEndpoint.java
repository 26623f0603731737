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
import org.blindbook.edge.endpoint.BulkEvaluation;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.limits.BulkBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST} to {@link Paths#BULK_EVALUATION}: evaluations for loading. An {@link
 * EvaluationRequest} comes and its reply goes; its elements are random to whoever has not blinded
 * them. It answers whoever has the credential with the function's values of any number, so it has a
 * credential and a limit of its own and counts what it does.
 */
public final class BulkEvaluationEndpoint {
  private static final Logger log = LoggerFactory.getLogger(BulkEvaluationEndpoint.class);

  private static final int MAX_BYTES =
      EvaluationRequest.ELEMENTS_AT + BulkEvaluation.MAX_ELEMENTS * EvaluationRequest.ELEMENT_BYTES;

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
      request.response().putHeader(Headers.WWW_AUTHENTICATE, Headers.LOADER_SCHEME);
      Front.text(request, 401, "The load credential is missing, wrong or expired.\n");
      return;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || !length.matches("[0-9]{1,7}") || Integer.parseInt(length) > MAX_BYTES) {
      Front.text(
          request,
          413,
          "A batch has a length and at most " + BulkEvaluation.MAX_ELEMENTS + " elements.\n");
      return;
    }
    request.body().onSuccess(body -> evaluate(request, body, context));
  }

  private static EvaluationRequest decode(byte[] body) throws MalformedMessageException {
    EvaluationRequest request = EvaluationRequest.decode(body);
    if (request.capacity() > BulkEvaluation.MAX_ELEMENTS) {
      throw new MalformedMessageException("a loader has too many elements evaluated at once");
    }
    return request;
  }

  private void evaluate(HttpServerRequest request, Buffer body, Context context) {
    EvaluationRequest asked;
    try {
      asked = decode(body.getBytes());
    } catch (MalformedMessageException e) {
      Front.text(request, 400, NO_BATCH);
      return;
    }
    OptionalInt epoch = services.enclaves().choose(List.of(asked.epoch()));
    if (epoch.isEmpty()) {
      Front.wrongEpoch(request);
      return;
    }
    Optional<EvaluatorConnection> enclave = services.enclaves().evaluator(epoch.getAsInt());
    if (enclave.isEmpty() || !shared.places.tryAcquire()) {
      Front.later(
          request, 503, services.retryAfter().seconds(), "The evaluator is busy: try again.\n");
      return;
    }
    Future.fromCompletionStage(shared.budget.take(asked.count()), context)
        .onComplete(
            taken -> {
              if (taken.failed()) {
                shared.places.release();
                Front.later(
                    request,
                    503,
                    services.retryAfter().seconds(),
                    "The evaluator is busy: try again.\n");
              } else if (taken.result() > 0) {
                shared.places.release();
                log.warn(
                    "bulk evaluation is at its limit; {} identifiers refused",
                    shared.budget.refused());
                Front.later(
                    request,
                    429,
                    taken.result(),
                    "Today's limit of bulk evaluations is reached.\n");
              } else {
                evaluate(request, asked, enclave.get(), context);
              }
            });
  }

  private void evaluate(
      HttpServerRequest request,
      EvaluationRequest asked,
      EvaluatorConnection enclave,
      Context context) {
    audit(asked.count());
    Lane lane = services.of(EnclaveRole.EVALUATOR).lane();
    long work = WorkCost.resultMicros(EnclaveRole.EVALUATOR, asked.capacity());
    lane.occupy(work);
    Future.fromCompletionStage(enclave.evaluate(asked), context)
        .onComplete(
            answer -> {
              shared.places.release();
              lane.vacate(work);
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
      log.info("evaluated {} identifiers in bulk so far", total);
    }
  }

  private void refuse(HttpServerRequest request, Throwable failure) {
    switch (failure instanceof CallException refused ? refused.error() : null) {
      case WRONG_EPOCH -> Front.wrongEpoch(request);
      case BAD_CALL -> Front.text(request, 400, NO_BATCH);
      case null, default ->
          Front.later(
              request, 503, services.retryAfter().seconds(), "The evaluator is busy: try again.\n");
    }
  }
}
