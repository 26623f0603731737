package org.blindbook.server.health;

import io.vertx.core.json.JsonObject;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;

/**
 * The answer to a readiness probe.
 *
 * @param ready whether clients are admitted
 * @param status how far the enclave is
 */
public record Readiness(boolean ready, EnclaveStatus status) {

  /** {@code ready}, {@code records}, {@code sequence}, {@code lag}, and {@code reason} if any. */
  public String json() {
    JsonObject json =
        new JsonObject()
            .put("ready", ready)
            .put("records", status.records())
            .put("sequence", status.sequence())
            .put("lag", status.lag());
    if (status.phase() != Phase.READY) {
      json.put("reason", status.phase().reason());
    }
    return json.encode();
  }
}
