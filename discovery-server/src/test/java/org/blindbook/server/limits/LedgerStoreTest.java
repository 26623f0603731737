package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.limits.LedgerStore.Ledger;
import org.junit.jupiter.api.Test;

class LedgerStoreTest {
  private final LedgerStore store = new LedgerStore(100);

  private static byte[] account(int number) {
    byte[] account = new byte[32];
    account[31] = (byte) number;
    return account;
  }

  private LedgerStore.OfAccount of(byte[] account) {
    return store.of(EnclaveRole.LOOKUP, account);
  }

  @Test
  void anAccountHasALedgerWithEachRole() {
    of(account(1)).replace(of(account(1)).read(), new byte[] {5});
    assertThat(store.of(EnclaveRole.EVALUATOR, account(1)).read().sealed()).isEmpty();
  }

  @Test
  void aDiscardedLedgerIsEmptyAndCountsUnlessSomebodyElseChangedIt() {
    Ledger none = of(account(1)).read();
    of(account(1)).replace(none, new byte[] {5});
    assertThat(of(account(1)).discard(none)).isEqualTo(1);
    assertThat(of(account(1)).read().sealed()).containsExactly(5);
    assertThat(of(account(1)).discard(of(account(1)).read())).isEqualTo(2);
    assertThat(of(account(1)).read().sealed()).isEmpty();
  }

  @Test
  void anUnknownAccountHasAnEmptyLedger() {
    assertThat(of(account(1)).read().sealed()).isEmpty();
  }

  @Test
  void whatIsStoredIsReadByEqualAccountsOnly() {
    assertThat(of(account(1)).replace(of(account(1)).read(), new byte[] {5})).isTrue();
    assertThat(of(account(1)).read().sealed()).containsExactly(5);
    assertThat(of(account(2)).read().sealed()).isEmpty();
  }

  @Test
  void theKeyIsACopy() {
    byte[] account = account(1);
    of(account).replace(of(account).read(), new byte[] {5});
    account[0] = 99;
    assertThat(of(account(1)).read().sealed()).containsExactly(5);
  }

  @Test
  void aLedgerReadBeforeSomebodyElsesChangeIsNotStored() {
    Ledger none = of(account(1)).read();
    assertThat(of(account(1)).replace(none, new byte[] {1})).isTrue();
    assertThat(of(account(1)).replace(none, new byte[] {2})).isFalse();
    Ledger first = of(account(1)).read();
    assertThat(of(account(1)).replace(first, new byte[] {3})).isTrue();
    assertThat(of(account(1)).replace(first, new byte[] {3})).isFalse();
    assertThat(of(account(1)).read().sealed()).containsExactly(3);
  }
}
