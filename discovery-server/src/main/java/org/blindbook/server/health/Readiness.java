package org.blindbook.server.health;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.enclavehost.TableProgress;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.limits.BulkBudget;

/**
 * The answer to a readiness probe.
 *
 * @param epochs how far each epoch's enclaves are; one of them serves
 * @param table what the lookup enclaves' tables run on; empty where nobody is looked up
 * @param bulk what was evaluated for loading; empty where nothing is evaluated
 * @param ledgers whether accounts can be charged
 * @param load the work that waits, for each role that is hosted
 */
public record Readiness(
    List<EpochStatus> epochs,
    Optional<TableSettings> table,
    Optional<BulkBudget> bulk,
    RecordStore.Health ledgers,
    List<LaneLoad> load) {
  /** Whether clients are admitted to all enclaves of the epoch that serves. */
  public boolean ready() {
    return serving().filter(EpochStatus::ready).isPresent();
  }

  private Optional<EpochStatus> serving() {
    return epochs.stream().filter(EpochStatus::serving).findFirst();
  }

  /**
   * {@code ready}, {@code records}, {@code sequence}, {@code lag}, {@code behindMillis}, {@code
   * oldestWriterMillis} and {@code reason} if any, of the epoch that serves, {@code kernel} and
   * {@code threads}, {@code ledgers} and {@code ledgerFailures}, and {@code load} by role; {@code
   * recent} of the enclave of recent registrations, if there is one; in mode blinded {@code
   * epochs}, too.
   */
  public String json() {
    JsonObject json =
        serving()
            .map(Readiness::describe)
            .orElseGet(
                () -> describe(false, TableProgress.NONE, Optional.of(Phase.STARTING.reason())));
    table.ifPresent(t -> json.put("kernel", t.kernel().label()).put("threads", t.threads()));
    bulk.ifPresent(b -> json.put("bulkEvaluated", b.evaluated()).put("bulkRefused", b.refused()));
    json.put("ledgers", ledgers.reachable() ? "reachable" : "unreachable")
        .put("ledgerFailures", ledgers.failures());
    JsonObject lanes = new JsonObject();
    load.forEach(lane -> lanes.put(lane.role().label(), describe(lane)));
    json.put("load", lanes);
    serving()
        .map(epoch -> epoch.enclaves().get(EnclaveRole.RECENT))
        .ifPresent(
            recent ->
                json.put(
                    EnclaveRole.RECENT.label(),
                    describe(recent).put("records", recent.table().registrations())));
    JsonArray all = epochs(epochs);
    return (all.isEmpty() ? json : json.put("epochs", all)).encode();
  }

  /** The same for each epoch by itself, and for each of its enclaves; none in mode truncated. */
  public static JsonArray epochs(List<EpochStatus> epochs) {
    JsonArray all = new JsonArray();
    for (EpochStatus epoch : epochs) {
      if (epoch.epoch() != EpochPlan.NO_EPOCH) {
        JsonObject one =
            new JsonObject().put("epoch", epoch.epoch()).put("serving", epoch.serving());
        epoch.evaluatorKey().ifPresent(key -> one.put("evaluatorKey", key));
        one.mergeIn(describe(epoch));
        epoch.enclaves().forEach((role, enclave) -> one.put(role.label(), describe(enclave)));
        all.add(one);
      }
    }
    return all;
  }

  private static JsonObject describe(EpochStatus epoch) {
    return describe(epoch.ready(), epoch.table(), reason(epoch));
  }

  /** What a server that has just been started waits for, as the end of a sentence. */
  public static String awaited(List<EpochStatus> epochs) {
    Optional<EpochStatus> serving = epochs.stream().filter(EpochStatus::serving).findFirst();
    String reason = serving.flatMap(Readiness::reason).orElse(Phase.STARTING.reason());
    return serving
        .map(EpochStatus::table)
        .filter(table -> table.lag() > 0)
        .map(table -> "%s (%,d of %,d)".formatted(reason, table.sequence(), table.head()))
        .orElse(reason);
  }

  /** What keeps the epoch from being all well, and in which of its enclaves if it has two. */
  private static Optional<String> reason(EpochStatus epoch) {
    return epoch.enclaves().entrySet().stream()
        .filter(enclave -> enclave.getValue().phase() != Phase.READY)
        .min(Comparator.comparing(enclave -> enclave.getValue().serving()))
        .map(
            enclave -> {
              String reason = enclave.getValue().phase().reason();
              return epoch.enclaves().size() == 1
                  ? reason
                  : enclave.getKey().label() + ": " + reason;
            });
  }

  private static JsonObject describe(boolean ready, TableProgress table, Optional<String> reason) {
    JsonObject json =
        new JsonObject()
            .put("ready", ready)
            .put("records", table.registrations())
            .put("sequence", table.sequence())
            .put("lag", table.lag());
    table.completeNanos().ifPresent(at -> json.put("behindMillis", millisSince(at)));
    table.writerNanos().ifPresent(at -> json.put("oldestWriterMillis", millisSince(at)));
    reason.ifPresent(r -> json.put("reason", r));
    return json;
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private static JsonObject describe(LaneLoad load) {
    return new JsonObject().put("queuedMillis", load.queuedMillis()).put("refused", load.refused());
  }

  private static JsonObject describe(EnclaveStatus enclave) {
    JsonObject json = new JsonObject().put("ready", enclave.serving());
    return enclave.phase() == Phase.READY ? json : json.put("reason", enclave.phase().reason());
  }
}
