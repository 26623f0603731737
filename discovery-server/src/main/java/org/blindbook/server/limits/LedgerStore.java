package org.blindbook.server.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentMap;

/**
 * The accounts' permit ledgers, as blobs that only the enclave can read and write. In memory for
 * now: a restart, or more accounts than there is room for, gives accounts fresh permits.
 */
public final class LedgerStore {
  private static final Ledger NONE = new Ledger(0, new byte[0]);

  /**
   * A ledger as stored.
   *
   * @param version grows by one with every change, 0 when there is none yet
   * @param sealed as the enclave made it, empty when there is none yet
   */
  public record Ledger(long version, byte[] sealed) {}

  private final ConcurrentMap<ByteBuffer, Ledger> ledgers;

  public LedgerStore(long maxAccounts) {
    Cache<ByteBuffer, Ledger> cache = Caffeine.newBuilder().maximumSize(maxAccounts).build();
    this.ledgers = cache.asMap();
  }

  /**
   * @param account the account's digest
   */
  public Ledger read(byte[] account) {
    return ledgers.getOrDefault(ByteBuffer.wrap(account), NONE);
  }

  /**
   * Stores what the enclave made of a ledger that was read before; false, and no change, when
   * somebody else changed it meanwhile.
   */
  public boolean replace(byte[] account, Ledger read, byte[] sealed) {
    Ledger next = new Ledger(read.version() + 1, sealed);
    Ledger stored =
        ledgers.compute(
            ByteBuffer.wrap(account.clone()),
            (key, current) ->
                (current == null ? 0 : current.version()) == read.version() ? next : current);
    return stored == next;
  }
}
