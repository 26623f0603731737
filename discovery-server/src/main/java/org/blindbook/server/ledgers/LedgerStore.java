package org.blindbook.server.ledgers;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * The accounts' permit ledgers, as blobs that only the enclave can read and write. An account has
 * one with each role: what it spent with one is no matter of the other.
 */
public final class LedgerStore {
  private final RecordStore records;
  private final AtomicLong discarded = new AtomicLong();

  public LedgerStore(RecordStore records) {
    this.records = records;
  }

  /**
   * The ledger of one account with enclaves of one role. Every method fails with {@link
   * UnavailableException} when the store cannot be asked: nobody goes on with an empty ledger then,
   * which would be fresh permits.
   */
  public final class OfAccount {
    private final RecordKey key;

    private OfAccount(RecordKey key) {
      this.key = key;
    }

    /** The sealed ledger; empty when there is none yet. */
    public CompletionStage<byte[]> read() {
      return records.read(key);
    }

    /**
     * Stores what the enclave made of a ledger that was read before.
     *
     * @return true once it is durable; false, and no change, when somebody else changed it
     *     meanwhile
     */
    public CompletionStage<Boolean> replace(byte[] read, byte[] sealed) {
      return records.replace(key, read, sealed);
    }

    /**
     * Forgets a ledger that was read before and does not open: its account starts afresh. No change
     * when somebody else changed it meanwhile.
     *
     * @return how many were discarded since start
     */
    public CompletionStage<Long> discard(byte[] read) {
      return records
          .replace(key, read, RecordStore.NONE)
          .thenApply(removed -> discarded.incrementAndGet());
    }
  }

  /**
   * @param account the account's digest
   */
  public OfAccount of(EnclaveRole role, byte[] account) {
    RecordKind kind =
        switch (role) {
          case LOOKUP -> RecordKind.LOOKUP_LEDGER;
          case EVALUATOR -> RecordKind.EVALUATOR_LEDGER;
          case RECENT -> RecordKind.RECENT_LEDGER;
        };
    return new OfAccount(RecordKey.of(kind, account));
  }
}
