package org.blindbook.enclave.permits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.blindbook.enclave.sealing.SecretKey;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final byte[] ACCOUNT = new byte[32];
  private static final byte[] NO_LEDGER = {};
  private static final int CAPACITY = 100;
  private static final int CLASS = 64;
  private static final long VALID = -1;
  private static final long INVALID = 0;

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
    return charge(ledger, 1, nonce, count);
  }

  private Permits.Decision charge(byte[] ledger, int device, int nonce, long count) {
    Permits.Bill bill = bill(device, nonce, content(count), count);
    return permits.charge(ACCOUNT, ledger, bill, VALID, now).orElseThrow();
  }

  private static Permits.Bill bill(int device, int nonce, byte[] content, long count) {
    byte[] retryNonce = new byte[32];
    retryNonce[0] = (byte) device;
    retryNonce[31] = (byte) nonce;
    return new Permits.Bill(retryNonce, content, count, CLASS);
  }

  private static byte[] content(long count) {
    return ByteBuffer.allocate(8).putLong(count * 37).array();
  }

  @Test
  void newContactsAreChargedUntilThePermitsRunOut() {
    Permits.Decision first = charge(NO_LEDGER, 1, 60);
    assertThat(first.granted()).isEqualTo(-1);
    assertThat(first.charged()).isEqualTo(60);
    Permits.Decision second = charge(first.ledger(), 2, 41);
    assertThat(second.granted()).isZero();
    assertThat(second.charged()).isZero();
    assertThat(second.retryAfterSeconds()).isBetween(1, 2);
    assertThat(charge(second.ledger(), 3, 40).granted()).isEqualTo(-1);
  }

  @Test
  void aRetryIsFreeAndARetryOfARefusalIsStillRefused() {
    Permits.Decision first = charge(NO_LEDGER, 1, 100);
    Permits.Decision again = charge(first.ledger(), 1, 100);
    assertThat(again.granted()).isEqualTo(-1);
    assertThat(again.charged()).isZero();
    Permits.Decision refused = charge(again.ledger(), 2, 1);
    assertThat(refused.granted()).isZero();
    assertThat(charge(refused.ledger(), 2, 1).granted()).isZero();
  }

  @Test
  void theSameNonceWithOtherContactsIsANewCharge() {
    Permits.Decision first = charge(NO_LEDGER, 1, 10);
    Permits.Decision other =
        permits
            .charge(ACCOUNT, first.ledger(), bill(1, 1, content(11), 10), VALID, now)
            .orElseThrow();
    assertThat(other.charged()).isEqualTo(10);
  }

  /** Were it charged requests only, a host that asked first would see which the user's were. */
  @Test
  void aRetryIsFreeAfterSevenOtherRequestsOfAnyKindAndNotAfterEight() {
    Map<String, Integer> counts = Map.of("charged", 1, "nothing new", 0, "refused", 1_000);
    counts.forEach(
        (kind, count) -> {
          byte[] ledger = charge(NO_LEDGER, 0, 5).ledger();
          for (int other = 1; other <= 7; other++) {
            ledger = charge(ledger, other, count).ledger();
          }
          assertThat(charge(ledger, 0, 5).charged()).as(kind).isZero();
          ledger = charge(ledger, 8, count).ledger();
          assertThat(charge(ledger, 0, 5).charged()).as(kind).isEqualTo(5);
        });
  }

  @Test
  void aRetryTakesAPlaceToo() {
    byte[] ledger = charge(NO_LEDGER, 0, 5).ledger();
    ledger = charge(ledger, 1, 1).ledger();
    for (int again = 0; again < 7; again++) {
      assertThat(charge(ledger, 1, 1).charged()).isZero();
      ledger = charge(ledger, 1, 1).ledger();
    }
    assertThat(charge(ledger, 0, 5).charged()).isEqualTo(5);
  }

  @Test
  void askingForNothingNewCostsNothing() {
    byte[] ledger = charge(NO_LEDGER, 0, 100).ledger();
    Permits.Decision nothing = charge(ledger, 1, 0);
    assertThat(nothing.granted()).isEqualTo(-1);
    assertThat(nothing.charged()).isZero();
  }

  @Test
  void permitsRefillWithTimeUpToTheCapacityAndNeverByTimeRunningBackwards() {
    byte[] ledger = charge(NO_LEDGER, 1, 100).ledger();
    now += 30;
    assertThat(charge(ledger, 2, 31).granted()).isZero();
    assertThat(charge(ledger, 2, 30).granted()).isEqualTo(-1);
    now += 1_000_000;
    assertThat(charge(ledger, 3, 101).retryAfterSeconds()).isZero();
    byte[] full = charge(ledger, 3, 0).ledger();
    assertThat(charge(full, 4, 100).granted()).isEqualTo(-1);
    byte[] empty = charge(full, 4, 100).ledger();
    now -= 500_000;
    assertThat(charge(empty, 5, 1).granted()).isZero();
  }

  @Test
  void aRefusalNamesTheFirstSecondThatSuffices() {
    byte[] empty = charge(NO_LEDGER, 1, 100).ledger();
    for (int count : new int[] {1, 2, 37, 100}) {
      int retryAfter = charge(empty, 2, count).retryAfterSeconds();
      now += retryAfter - 1;
      assertThat(charge(empty, 2, count).granted()).isZero();
      now += 1;
      assertThat(charge(empty, 2, count).granted()).isEqualTo(-1);
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
    assertThat(permits.charge(other, ledger, bill(1, 2, content(1), 1), VALID, now)).isEmpty();
    for (int at = 0; at < ledger.length; at++) {
      byte[] changed = ledger.clone();
      changed[at] ^= 4;
      Optional<Permits.Decision> decision =
          permits.charge(ACCOUNT, changed, bill(1, 2, content(1), 1), VALID, now);
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

  @Test
  void aRequestThatIsNotToBeGrantedCostsNothing() {
    byte[] ledger = charge(NO_LEDGER, 1, 60).ledger();
    Permits.Bill bill = bill(1, 2, content(30), 30);
    Permits.Decision not = permits.charge(ACCOUNT, ledger, bill, INVALID, now).orElseThrow();
    assertThat(not.granted()).isZero();
    assertThat(not.charged()).isZero();
    assertThat(not.retryAfterSeconds()).isZero();
    assertThat(charge(not.ledger(), 2, 30).charged()).as("it is no retry").isEqualTo(30);
    assertThat(charge(not.ledger(), 3, 40).charged()).isEqualTo(40);
  }

  /** What the host can find out by asking in the account's name. */
  private long largestGranted(byte[] ledger, int device) {
    long largest = 0;
    for (long count = 0; count <= CAPACITY; count++) {
      largest = charge(ledger, device, 99, count).granted() != 0 ? count : largest;
    }
    return largest;
  }

  @Test
  void anotherDeviceLearnsNothingOfWhatWasCharged() {
    for (int count : new int[] {0, 1, 7, 50, 64, 100, 101}) {
      byte[] ledger = charge(NO_LEDGER, 1, 1, count).ledger();
      assertThat(largestGranted(ledger, 2)).isEqualTo(CAPACITY - CLASS);
      assertThat(largestGranted(ledger, 1))
          .isEqualTo(count > CAPACITY ? CAPACITY : CAPACITY - count);
      byte[] twice = charge(ledger, 1, 2, count).ledger();
      assertThat(largestGranted(twice, 2)).isZero();
      now += 30;
      assertThat(largestGranted(twice, 2)).as("refilled").isEqualTo(30);
      now -= 30;
    }
  }

  @Test
  void whoComesBackAfterAnotherDeviceIsGivenWhatThatOneWasGiven() {
    byte[] ledger = charge(NO_LEDGER, 1, 1, 10).ledger();
    byte[] others = charge(ledger, 2, 2, 5).ledger();
    assertThat(largestGranted(others, 1)).isZero();
    assertThat(largestGranted(others, 2)).isEqualTo(CAPACITY - CLASS - 5);
    assertThat(charge(others, 1, 1, 10).charged()).as("a retry stays free").isZero();
  }
}
