package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.blindbook.server.admission.Holdings.Holding;
import org.blindbook.server.admission.Shares.Outcome;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  private static final Optional<AddressPrefix> NOWHERE = Optional.empty();

  private final Holdings holdings =
      new Holdings(
          new Holdings.Limits(2, 3, 1_000, 600, 700), new ClientKey.Maker(new SecureRandom()));

  private static byte[] account(int number) {
    return new byte[] {(byte) number};
  }

  private Holding enter(int account, String address) {
    return holdings.enter(account(account), prefix(address)).orElseThrow();
  }

  private static Optional<AddressPrefix> prefix(String address) {
    return AddressPrefix.of(InetAddress.ofLiteral(address));
  }

  @Test
  void anAccountHasOnlySoManySessions() {
    Holding first = holdings.enter(account(1), NOWHERE).orElseThrow();
    holdings.enter(account(1), NOWHERE).orElseThrow();
    assertThat(holdings.enter(account(1), NOWHERE)).isEmpty();
    assertThat(holdings.enter(account(2), NOWHERE)).as("another account").isPresent();
    first.leave();
    first.leave();
    assertThat(holdings.enter(account(1), NOWHERE)).isPresent();
    assertThat(holdings.enter(account(1), NOWHERE)).as("given back once").isEmpty();
  }

  @Test
  void anAddressHasOnlySoManySessionsWhateverItsAccounts() {
    enter(1, "198.51.100.7");
    enter(2, "198.51.100.7");
    Holding third = enter(3, "198.51.100.7");
    assertThat(holdings.enter(account(4), prefix("198.51.100.7"))).isEmpty();
    enter(4, "198.51.100.8");
    third.leave();
    enter(4, "198.51.100.7");
  }

  @Test
  void whoIsRefusedForItsAddressKeepsNothingOfItsAccount() {
    enter(1, "198.51.100.7");
    enter(2, "198.51.100.7");
    enter(3, "198.51.100.7");
    for (int i = 0; i < 5; i++) {
      assertThat(holdings.enter(account(4), prefix("198.51.100.7"))).isEmpty();
    }
    enter(4, "198.51.100.8");
    enter(4, "198.51.100.8");
  }

  @Test
  void bytesAreCountedByAccountByAddressAndForAll() {
    Holding one = enter(1, "198.51.100.7");
    Holding two = enter(1, "198.51.100.8");
    assertThat(one.take(400)).isEqualTo(Outcome.TAKEN);
    assertThat(two.take(300)).as("of the account").isEqualTo(Outcome.SHARE_USED);
    Holding other = enter(2, "198.51.100.7");
    assertThat(other.take(400)).as("of the address").isEqualTo(Outcome.SHARE_USED);
    assertThat(other.take(300)).isEqualTo(Outcome.TAKEN);
    Holding last = enter(3, "198.51.100.9");
    assertThat(last.take(400)).as("of all").isEqualTo(Outcome.NOTHING_LEFT);
    assertThat(last.take(300)).isEqualTo(Outcome.TAKEN);
    assertThat(holdings.bytes()).isEqualTo(1_000);
    other.giveBytes();
    assertThat(holdings.bytes()).isEqualTo(700);
    assertThat(last.take(300)).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void whoHoldsNothingIsNotThere() {
    List<Holding> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Holding holding = enter(i, "2001:db8:0:" + i + "00::1");
      holding.take(5);
      all.add(holding);
    }
    assertThat(holdings.accounts()).isEqualTo(100);
    all.forEach(Holding::leave);
    assertThat(holdings.accounts()).isZero();
    assertThat(holdings.bytes()).isZero();
  }

  @Test
  void manyThreadsLeaveNothingBehindAndNeverHaveTooMuch() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        tasks.add(
            () -> {
              boolean within = true;
              for (int i = 0; i < 20_000; i++) {
                Optional<Holding> holding = holdings.enter(account(i % 3), NOWHERE);
                if (holding.isPresent()) {
                  holding.get().take(250);
                  within &= holdings.bytes() <= 1_000 + 4 * 250;
                  holding.get().leave();
                }
              }
              return within;
            });
      }
      for (Future<Boolean> within : threads.invokeAll(tasks)) {
        assertThat(within.get()).isTrue();
      }
    }
    assertThat(holdings.bytes()).isZero();
    assertThat(holdings.accounts()).isZero();
  }
}
