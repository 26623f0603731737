package org.blindbook.server.health;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.limits.BulkBudget;

/**
 * The answer to a readiness probe.
 *
 * @param epochs how far each enclave is; one of them serves
 * @param bulk what was evaluated for loading; empty where nothing is evaluated
 */
public record Readiness(List<EpochStatus> epochs, Optional<BulkBudget> bulk) {
  /** Whether clients are admitted to the epoch that serves. */
  public boolean ready() {
    return serving().serving();
  }

  private EnclaveStatus serving() {
    return epochs.stream()
        .filter(EpochStatus::serving)
        .map(EpochStatus::enclave)
        .findFirst()
        .orElse(EnclaveStatus.STARTING);
  }

  /**
   * {@code ready}, {@code records}, {@code sequence}, {@code lag}, and {@code reason} if any, of
   * the epoch that serves; in mode blinded {@code epochs}, too.
   */
  public String json() {
    JsonObject json = describe(serving());
    bulk.ifPresent(b -> json.put("bulkEvaluated", b.evaluated()).put("bulkRefused", b.refused()));
    JsonArray all = epochs(epochs);
    return (all.isEmpty() ? json : json.put("epochs", all)).encode();
  }

  /** The same for each epoch by itself; none in mode truncated. */
  public static JsonArray epochs(List<EpochStatus> epochs) {
    JsonArray all = new JsonArray();
    for (EpochStatus epoch : epochs) {
      if (epoch.epoch() != EpochPlan.NO_EPOCH) {
        JsonObject one =
            new JsonObject().put("epoch", epoch.epoch()).put("serving", epoch.serving());
        epoch.evaluatorKey().ifPresent(key -> one.put("evaluatorKey", key));
        all.add(one.mergeIn(describe(epoch.enclave())));
      }
    }
    return all;
  }

  private static JsonObject describe(EnclaveStatus status) {
    JsonObject json =
        new JsonObject()
            .put("ready", status.serving())
            .put("records", status.records())
            .put("sequence", status.sequence())
            .put("lag", status.lag());
    return status.phase() == Phase.READY ? json : json.put("reason", status.phase().reason());
  }
}
