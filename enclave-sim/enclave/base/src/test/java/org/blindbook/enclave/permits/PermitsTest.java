package org.blindbook.enclave.permits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import org.blindbook.enclave.sealing.SecretKey;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final byte[] ACCOUNT = new byte[32];
  private static final byte[] NO_LEDGER = {};
  private static final int CAPACITY = 100;

  /** One permit a second. */
  private final Permits permits =
      new Permits(
          CAPACITY,
          86_400,
          new SecretKey(new byte[] {1}),
          new SecretKey(new byte[] {2}),
          new SecureRandom());

  private long now = 1_000_000;

  private Permits.Decision charge(byte[] ledger, int nonce, long count) {
    return permits.charge(ACCOUNT, ledger, nonce(nonce), content(count), count, now).orElseThrow();
  }

  private static byte[] nonce(int n) {
    byte[] nonce = new byte[32];
    nonce[0] = (byte) n;
    return nonce;
  }

  private static byte[] content(long count) {
    return ByteBuffer.allocate(8).putLong(count * 37).array();
  }

  @Test
  void newContactsAreChargedUntilThePermitsRunOut() {
    Permits.Decision first = charge(NO_LEDGER, 1, 60);
    assertThat(first.granted()).isTrue();
    assertThat(first.charged()).isEqualTo(60);
    Permits.Decision second = charge(first.ledger(), 2, 41);
    assertThat(second.granted()).isFalse();
    assertThat(second.charged()).isZero();
    assertThat(second.retryAfterSeconds()).isBetween(1, 2);
    assertThat(charge(second.ledger(), 3, 40).granted()).isTrue();
  }

  @Test
  void aRetryIsFreeAndARetryOfARefusalIsStillRefused() {
    Permits.Decision first = charge(NO_LEDGER, 1, 100);
    Permits.Decision again = charge(first.ledger(), 1, 100);
    assertThat(again.granted()).isTrue();
    assertThat(again.charged()).isZero();
    Permits.Decision refused = charge(again.ledger(), 2, 1);
    assertThat(refused.granted()).isFalse();
    assertThat(charge(refused.ledger(), 2, 1).granted()).isFalse();
  }

  @Test
  void theSameNonceWithOtherContactsIsANewCharge() {
    Permits.Decision first = charge(NO_LEDGER, 1, 10);
    Permits.Decision other =
        permits.charge(ACCOUNT, first.ledger(), nonce(1), content(11), 10, now).orElseThrow();
    assertThat(other.charged()).isEqualTo(10);
  }

  @Test
  void aRetryIsFreeAfterSevenOtherChargesAndNotAfterEight() {
    byte[] ledger = charge(NO_LEDGER, 0, 5).ledger();
    for (int other = 1; other <= 7; other++) {
      ledger = charge(ledger, other, 1).ledger();
    }
    assertThat(charge(ledger, 0, 5).charged()).isZero();
    ledger = charge(ledger, 8, 1).ledger();
    assertThat(charge(ledger, 0, 5).charged()).isEqualTo(5);
  }

  @Test
  void askingForNothingNewCostsNothingAndForgetsNoCharge() {
    byte[] ledger = charge(NO_LEDGER, 0, 100).ledger();
    for (int i = 1; i < 20; i++) {
      Permits.Decision nothing = charge(ledger, i, 0);
      assertThat(nothing.granted()).isTrue();
      assertThat(nothing.charged()).isZero();
      ledger = nothing.ledger();
    }
    assertThat(charge(ledger, 0, 100).charged()).isZero();
  }

  @Test
  void permitsRefillWithTimeUpToTheCapacityAndNeverByTimeRunningBackwards() {
    byte[] ledger = charge(NO_LEDGER, 1, 100).ledger();
    now += 30;
    assertThat(charge(ledger, 2, 31).granted()).isFalse();
    assertThat(charge(ledger, 2, 30).granted()).isTrue();
    now += 1_000_000;
    assertThat(charge(ledger, 3, 101).retryAfterSeconds()).isZero();
    byte[] full = charge(ledger, 3, 0).ledger();
    assertThat(charge(full, 4, 100).granted()).isTrue();
    byte[] empty = charge(full, 4, 100).ledger();
    now -= 500_000;
    assertThat(charge(empty, 5, 1).granted()).isFalse();
  }

  @Test
  void aRefusalNamesTheFirstSecondThatSuffices() {
    byte[] empty = charge(NO_LEDGER, 1, 100).ledger();
    for (int count : new int[] {1, 2, 37, 100}) {
      int retryAfter = charge(empty, 2, count).retryAfterSeconds();
      now += retryAfter - 1;
      assertThat(charge(empty, 2, count).granted()).isFalse();
      now += 1;
      assertThat(charge(empty, 2, count).granted()).isTrue();
      now -= retryAfter;
    }
  }

  @Test
  void aRefusalOfMoreThanAnAccountCanHaveNamesNoTime() {
    byte[] empty = charge(NO_LEDGER, 1, 100).ledger();
    assertThat(charge(empty, 2, 100).retryAfterSeconds()).isPositive();
    assertThat(charge(empty, 2, 101).retryAfterSeconds()).isZero();
  }

  @Test
  void aLedgerOfAnotherAccountOrAChangedOneIsNotAccepted() {
    byte[] ledger = charge(NO_LEDGER, 1, 10).ledger();
    assertThat(ledger).hasSize(Ledger.SEALED_BYTES);
    byte[] other = new byte[32];
    other[5] = 1;
    assertThat(permits.charge(other, ledger, nonce(2), content(1), 1, now)).isEmpty();
    for (int at = 0; at < ledger.length; at++) {
      byte[] changed = ledger.clone();
      changed[at] ^= 4;
      Optional<Permits.Decision> decision =
          permits.charge(ACCOUNT, changed, nonce(2), content(1), 1, now);
      assertThat(decision).isEmpty();
    }
  }

  @Test
  void everyStoredLedgerIsNewAndOfOneSize() {
    byte[] first = charge(NO_LEDGER, 1, 0).ledger();
    byte[] second = charge(first, 1, 0).ledger();
    assertThat(second).hasSameSizeAs(first).isNotEqualTo(first);
    assertThat(charge(second, 9, 1_000).ledger()).hasSameSizeAs(first);
  }
}
