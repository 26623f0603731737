package org.blindbook.server.lookup;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.ledgers.LedgerStore;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.limits.WorkLimit;

/**
 * What one connection costs its account: work, which the host counts, and permits, which the
 * enclave counts in the ledger that the host keeps for it.
 *
 * @param epoch of the enclave
 */
public record Charges(
    EnclaveRole role, int epoch, LedgerStore.OfAccount ledger, WorkLimit.OfAccount work) {

  /** 0, or the seconds to wait. */
  CompletionStage<Integer> payConnection() {
    return work.payConnection();
  }

  /** 0, or the seconds to wait. */
  CompletionStage<Integer> payRequest(int capacity) {
    return work.payRequest(role, capacity);
  }

  /**
   * What the enclave is handed with a request: the account's ledger, where requests cost permits.
   * Lookups of blinded keys cost none, so they go on while no ledger can be read.
   */
  CompletionStage<byte[]> ledgerForRequest() {
    boolean free = role.looksUp() && epoch != EpochPlan.NO_EPOCH;
    return free ? CompletableFuture.completedFuture(RecordStore.NONE) : ledger.read();
  }
}
