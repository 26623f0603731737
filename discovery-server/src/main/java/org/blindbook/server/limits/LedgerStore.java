package org.blindbook.server.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.jspecify.annotations.Nullable;

/**
 * The accounts' permit ledgers, as blobs that only the enclave can read and write. An account has
 * one with each role: what it spent with one is no matter of the other. In memory for now: a
 * restart, or more ledgers than there is room for, gives accounts fresh permits.
 */
public final class LedgerStore {
  private static final Ledger NONE = new Ledger(0, new byte[0]);

  /** Whose ledger, and with enclaves of which role. */
  private record Owner(EnclaveRole role, ByteBuffer account) {}

  /**
   * A ledger as stored.
   *
   * @param version grows by one with every change, 0 when there is none yet
   * @param sealed as the enclave made it, empty when there is none yet
   */
  public record Ledger(long version, byte[] sealed) {}

  private final ConcurrentMap<Owner, Ledger> ledgers;
  private final AtomicLong discarded = new AtomicLong();

  public LedgerStore(long max) {
    Cache<Owner, Ledger> cache = Caffeine.newBuilder().maximumSize(max).build();
    this.ledgers = cache.asMap();
  }

  /** The ledger of one account with enclaves of one role. */
  public final class OfAccount {
    private final Owner owner;

    private OfAccount(Owner owner) {
      this.owner = owner;
    }

    public Ledger read() {
      return ledgers.getOrDefault(owner, NONE);
    }

    /**
     * Stores what the enclave made of a ledger that was read before; false, and no change, when
     * somebody else changed it meanwhile.
     */
    public boolean replace(Ledger read, byte[] sealed) {
      Ledger next = new Ledger(read.version() + 1, sealed);
      return next
          == ledgers.compute(owner, (key, now) -> version(now) == read.version() ? next : now);
    }

    /**
     * Forgets a ledger that was read before and does not open: its account starts afresh. No change
     * when somebody else changed it meanwhile.
     *
     * @return how many were discarded since start
     */
    public long discard(Ledger read) {
      replace(read, NONE.sealed());
      return discarded.incrementAndGet();
    }
  }

  private static long version(@Nullable Ledger ledger) {
    return ledger == null ? 0 : ledger.version();
  }

  /**
   * @param account the account's digest
   */
  public OfAccount of(EnclaveRole role, byte[] account) {
    return new OfAccount(new Owner(role, ByteBuffer.wrap(account.clone())));
  }
}
