package org.blindbook.server.health;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.limits.BulkBudget;

/**
 * The answer to a readiness probe.
 *
 * @param ready whether clients are admitted
 * @param status how far the enclave is
 * @param bulk what was evaluated for loading; empty where nothing is evaluated
 */
public record Readiness(boolean ready, EnclaveStatus status, Optional<BulkBudget> bulk) {

  /** {@code ready}, {@code records}, {@code sequence}, {@code lag}, and {@code reason} if any. */
  public String json() {
    JsonObject json =
        new JsonObject()
            .put("ready", ready)
            .put("records", status.records())
            .put("sequence", status.sequence())
            .put("lag", status.lag());
    bulk.ifPresent(b -> json.put("bulkEvaluated", b.evaluated()).put("bulkRefused", b.refused()));
    if (status.phase() != Phase.READY) {
      json.put("reason", status.phase().reason());
    }
    return json.encode();
  }
}
