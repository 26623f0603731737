package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;

import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;

class LedgerStoreTest {
  private static final byte[] ACCOUNT = new byte[32];

  private final LedgerStore store = new LedgerStore(new MemoryRecords());
  private final LedgerStore.OfAccount ledger = store.of(EnclaveRole.LOOKUP, ACCOUNT);

  private static byte[] read(LedgerStore.OfAccount ledger) {
    return ledger.read().toCompletableFuture().join();
  }

  @Test
  void anAccountHasALedgerWithEachRole() {
    ledger.replace(read(ledger), new byte[] {5}).toCompletableFuture().join();
    assertThat(read(store.of(EnclaveRole.EVALUATOR, ACCOUNT))).isEmpty();
    assertThat(read(store.of(EnclaveRole.RECENT, ACCOUNT))).isEmpty();
    assertThat(read(store.of(EnclaveRole.LOOKUP, ACCOUNT.clone()))).containsExactly(5);
  }

  @Test
  void aDiscardedLedgerIsEmptyAndCountsUnlessSomebodyElseChangedIt() {
    byte[] none = read(ledger);
    ledger.replace(none, new byte[] {5}).toCompletableFuture().join();
    assertThat(ledger.discard(none).toCompletableFuture().join()).isEqualTo(1);
    assertThat(read(ledger)).containsExactly(5);
    assertThat(ledger.discard(read(ledger)).toCompletableFuture().join()).isEqualTo(2);
    assertThat(read(ledger)).isEmpty();
  }
}
