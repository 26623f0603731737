package org.blindbook.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * The offer of an enclave: evidence for somebody who only verifies, and claims for loaders. Each
 * costs the platform a signature, so only so many are under way at once.
 *
 * <p>Of one event loop.
 */
final class OfferEndpoint {
  /** Of each event loop: whoever asks has no credential, and clients wait for the same signer. */
  private static final int MAX_OFFERS = 4;

  private final EnclaveRole role;
  private final Services services;
  private int offers;

  OfferEndpoint(EnclaveRole role, Services services) {
    this.role = role;
    this.services = services;
  }

  void handle(HttpServerRequest request, Context context) {
    Optional<byte[]> nonce = HexValue.of(request.getParam(Headers.NONCE_PARAMETER));
    if (nonce.isEmpty()) {
      Front.text(request, 400, "The nonce must be 64 hexadecimal digits.\n");
      return;
    }
    Optional<List<Integer>> epochs = EpochList.of(request.getParam(Headers.EPOCH_PARAMETER));
    if (epochs.isEmpty()) {
      Front.text(request, 400, "The epoch must be a number.\n");
      return;
    }
    OptionalInt epoch = services.enclaves().choose(epochs.get());
    if (epoch.isEmpty()) {
      Front.wrongEpoch(request);
      return;
    }
    Optional<? extends EnclaveConnection> enclave = services.enclaves().of(role, epoch.getAsInt());
    if (enclave.isEmpty() || offers >= MAX_OFFERS) {
      unavailable(request);
      return;
    }
    offers++;
    Lane lane = services.of(role).lane();
    lane.occupy(WorkCost.OFFER_MICROS);
    Future.fromCompletionStage(enclave.get().offer(nonce.get()), context)
        .onComplete(
            answer -> {
              offers--;
              lane.vacate(WorkCost.OFFER_MICROS);
              if (answer.succeeded()) {
                Front.bytes(request, answer.result().encode());
              } else {
                unavailable(request);
              }
            });
  }

  private void unavailable(HttpServerRequest request) {
    Front.later(
        request,
        503,
        services.retryAfter().seconds(),
        "The service is not ready: try again later.\n");
  }
}
