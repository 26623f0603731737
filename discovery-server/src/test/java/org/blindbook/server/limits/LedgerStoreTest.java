package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.blindbook.server.limits.LedgerStore.Ledger;
import org.junit.jupiter.api.Test;

class LedgerStoreTest {
  private final LedgerStore store = new LedgerStore(100);

  private static byte[] account(int number) {
    byte[] account = new byte[32];
    account[31] = (byte) number;
    return account;
  }

  @Test
  void anUnknownAccountHasAnEmptyLedger() {
    assertThat(store.read(account(1)).sealed()).isEmpty();
  }

  @Test
  void whatIsStoredIsReadByEqualAccountsOnly() {
    assertThat(store.replace(account(1), store.read(account(1)), new byte[] {5})).isTrue();
    assertThat(store.read(account(1)).sealed()).containsExactly(5);
    assertThat(store.read(account(2)).sealed()).isEmpty();
  }

  @Test
  void theKeyIsACopy() {
    byte[] account = account(1);
    store.replace(account, store.read(account), new byte[] {5});
    account[0] = 99;
    assertThat(store.read(account(1)).sealed()).containsExactly(5);
  }

  @Test
  void aLedgerReadBeforeSomebodyElsesChangeIsNotStored() {
    Ledger none = store.read(account(1));
    assertThat(store.replace(account(1), none, new byte[] {1})).isTrue();
    assertThat(store.replace(account(1), none, new byte[] {2})).isFalse();
    Ledger first = store.read(account(1));
    assertThat(store.replace(account(1), first, new byte[] {3})).isTrue();
    assertThat(store.replace(account(1), first, new byte[] {3})).isFalse();
    assertThat(store.read(account(1)).sealed()).containsExactly(3);
  }
}
