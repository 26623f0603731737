package org.blindbook.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.server.epochs.Enclaves;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.blindbook.server.registrations.RegistrationStore.Receipt;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/registrations}: registers and unregisters, all changes of a request or none, and
 * says whether they are stored or discoverable already. {@code GET /v1/registrations}: how far the
 * store is, and the lookups.
 */
public final class ChangesEndpoint {
  private static final Logger log = LoggerFactory.getLogger(ChangesEndpoint.class);

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /** A change is discoverable a fraction of a second after it was stored; longer is a fault. */
  private static final long LONGEST_WAIT_MILLIS = Duration.ofSeconds(2).toMillis();

  private static final long LOOK_AGAIN_MILLIS = 20;

  /** Requests under way: some hundred bytes to half a megabyte each, and two that write. */
  private static final int PLACES = 32;

  static final int WRITERS = 2;

  /** Opens the store of an epoch, or gives the one that is open. */
  public interface Stores {
    RegistrationStore of(int epoch) throws StoreException;
  }

  /**
   * What the endpoint works with.
   *
   * @param admits whether an Authorization header admits the backend; may block
   */
  public record Shared(
      Enclaves enclaves, Stores stores, Predicate<@Nullable String> admits, InstantSource clock) {}

  private final Vertx vertx;
  private final WorkerExecutor writers;
  private final Shared shared;
  private final Semaphore places = new Semaphore(PLACES);

  ChangesEndpoint(Vertx vertx, WorkerExecutor writers, Shared shared) {
    this.vertx = vertx;
    this.writers = writers;
    this.shared = shared;
  }

  private record Answer(int status, JsonObject json) {
    static Answer error(int status, String sentence) {
      return new Answer(status, new JsonObject().put("error", sentence));
    }
  }

  void post(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null
        || !length.matches("[0-9]{1,7}")
        || Integer.parseInt(length) > ChangesRequest.MAX_BYTES) {
      send(
          request,
          Answer.error(
              413,
              "A request has a length of at most "
                  + ChangesRequest.MAX_BYTES
                  + " bytes and "
                  + ChangesRequest.MAX_CHANGES
                  + " changes: use blindbook load for more."));
      return;
    }
    String name = request.getHeader(IDEMPOTENCY_KEY);
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (!places.tryAcquire()) {
      send(request, Answer.error(503, "Too many requests are under way: try again in a second."));
      return;
    }
    request
        .body()
        .compose(body -> writers.executeBlocking(() -> write(authorization, name, body), false))
        .compose(this::awaitDiscoverable)
        .onComplete(
            done -> {
              places.release();
              send(request, done.succeeded() ? done.result() : defect(done.cause()));
            });
  }

  private static Answer defect(Throwable failure) {
    log.error("a defect of the management interface", failure);
    return Answer.error(500, "This should not have happened: please report it.");
  }

  /** What is to be answered, or what to wait for before. */
  private record Written(Answer answer, int epoch, Optional<Receipt> awaited) {
    static Written of(Answer answer) {
      return new Written(answer, 0, Optional.empty());
    }
  }

  private Written write(@Nullable String authorization, @Nullable String name, Buffer body) {
    if (!shared.admits.test(authorization)) {
      return Written.of(
          Answer.error(401, "The token of the file management.token is missing or wrong."));
    }
    if (name == null || !NAME.matcher(name).matches()) {
      return Written.of(
          Answer.error(
              400,
              "A request has a header Idempotency-Key of 1 to 128 letters, digits and . _ : -, so"
                  + " that it can be sent again."));
    }
    try {
      boolean truncated =
          shared.enclaves.statuses().stream().allMatch(e -> e.epoch() == EpochPlan.NO_EPOCH);
      ChangesRequest asked = ChangesRequest.read(body, truncated);
      int epoch = asked.epoch().orElse(EpochPlan.NO_EPOCH);
      if (status(epoch).isEmpty()) {
        return Written.of(Answer.error(409, "This epoch is not served here."));
      }
      Optional<Receipt> receipt =
          shared.stores.of(epoch).applyOnce(name, asked.batch(), shared.clock.instant());
      return receipt
          .map(
              r ->
                  new Written(
                      answer(r, isDiscoverable(epoch, r.sequence())),
                      epoch,
                      asked.waits() ? receipt : Optional.empty()))
          .orElseGet(
              () ->
                  Written.of(
                      Answer.error(409, "This Idempotency-Key was used with other changes.")));
    } catch (ChangesRequest.Refusal e) {
      Answer answer = Answer.error(400, "Nothing was written: " + e.getMessage() + ".");
      e.change().ifPresent(index -> answer.json.put("change", index));
      return Written.of(answer);
    } catch (StoreException e) {
      log.error("{}", e.getMessage());
      return Written.of(
          Answer.error(503, "The store of registrations cannot be written now: try again."));
    }
  }

  private static Answer answer(Receipt receipt, boolean discoverable) {
    Applied applied = receipt.applied();
    return new Answer(
        200,
        new JsonObject()
            .put("state", discoverable ? "discoverable" : "stored")
            .put("sequence", receipt.sequence())
            .put("registered", applied.registered())
            .put("unregistered", applied.deleted())
            .put("unchanged", applied.unchanged())
            .put("superseded", applied.superseded())
            .put("repeated", receipt.repeated()));
  }

  private Future<Answer> awaitDiscoverable(Written written) {
    if (written.awaited.isEmpty()) {
      return Future.succeededFuture(written.answer);
    }
    Receipt receipt = written.awaited.get();
    Promise<Answer> answer = Promise.promise();
    long deadline = System.nanoTime() + Duration.ofMillis(LONGEST_WAIT_MILLIS).toNanos();
    vertx.setPeriodic(
        LOOK_AGAIN_MILLIS,
        timer -> {
          boolean discoverable = isDiscoverable(written.epoch, receipt.sequence());
          if (discoverable || System.nanoTime() - deadline > 0) {
            vertx.cancelTimer(timer);
            answer.complete(answer(receipt, discoverable));
          }
        });
    return answer.future();
  }

  private Optional<EpochStatus> status(int epoch) {
    return shared.enclaves.statuses().stream().filter(s -> s.epoch() == epoch).findFirst();
  }

  private boolean isDiscoverable(int epoch, long sequence) {
    return status(epoch).filter(s -> s.ready() && s.table().sequence() >= sequence).isPresent();
  }

  void get(HttpServerRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    writers
        .executeBlocking(() -> progress(authorization), false)
        .onComplete(done -> send(request, done.succeeded() ? done.result() : defect(done.cause())));
  }

  private Answer progress(@Nullable String authorization) {
    if (!shared.admits.test(authorization)) {
      return Answer.error(401, "The token of the file management.token is missing or wrong.");
    }
    JsonObject epochs = new JsonObject();
    try {
      for (EpochStatus status : shared.enclaves.statuses()) {
        epochs.put(
            Integer.toString(status.epoch()),
            new JsonObject()
                .put("stored", shared.stores.of(status.epoch()).head())
                .put("discoverable", status.table().sequence())
                .put("ready", status.ready()));
      }
    } catch (StoreException e) {
      log.error("{}", e.getMessage());
      return Answer.error(503, "The store of registrations cannot be read now: try again.");
    }
    return new Answer(200, new JsonObject().put("epochs", epochs));
  }

  private static void send(HttpServerRequest request, Answer answer) {
    if (answer.status == 401) {
      request.response().putHeader(Headers.WWW_AUTHENTICATE, "Bearer");
    }
    if (answer.status == 503) {
      request.response().putHeader(Headers.RETRY_AFTER, "1");
    }
    Front.json(request, answer.status, answer.json.encode());
  }
}
