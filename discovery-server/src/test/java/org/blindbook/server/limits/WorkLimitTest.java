package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.ledgers.MemoryRecords;
import org.blindbook.server.limits.WorkLimit.Allowance;
import org.junit.jupiter.api.Test;

class WorkLimitTest {
  private static final Allowance DEFAULT =
      new Allowance(Duration.ofSeconds(15), Duration.ofSeconds(36));

  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final MemoryRecords records = new MemoryRecords();
  private final WorkLimit limit = limit(DEFAULT);
  private final WorkLimit.OfAccount account = limit.of(new byte[] {1});

  /** Of the time that passes whatever the clock says. */
  private long nanos;

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private WorkLimit limit(Allowance allowance) {
    return new WorkLimit(allowance, records, () -> now, () -> nanos, new Random(1));
  }

  private static int largestEvaluation(WorkLimit.OfAccount account) {
    return account
        .payRequest(EnclaveRole.EVALUATOR, SizeClass.LARGEST)
        .toCompletableFuture()
        .join();
  }

  private static int connection(WorkLimit.OfAccount account) {
    return account.payConnection().toCompletableFuture().join();
  }

  @Test
  void anAccountMayHaveTwoOfTheLargestEvaluationsAtOnceAndThenWaits() {
    assertThat(largestEvaluation(account)).isZero();
    assertThat(largestEvaluation(account)).isZero();
    int wait = largestEvaluation(account);
    // 5.9 s more of work, of which 3.2 s are left, at a hundredth of a core.
    assertThat(wait).isBetween(269, 269 + 1 + 269 / 8);
    assertThat(largestEvaluation(limit.of(new byte[] {2}))).as("another account").isZero();
    pass(Duration.ofSeconds(wait));
    assertThat(largestEvaluation(account)).isZero();
  }

  @Test
  void aDayOfAnOrdinaryUserIsNeverRefused() {
    for (int sync = 0; sync < 6; sync++) {
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThat(connection(account)).isZero();
        assertThat(pay(account, EnclaveRole.EVALUATOR, 1_024)).isZero();
        assertThat(connection(account)).isZero();
        assertThat(pay(account, EnclaveRole.LOOKUP, 1_024)).isZero();
      }
    }
  }

  private static int pay(WorkLimit.OfAccount account, EnclaveRole role, int capacity) {
    return account.payRequest(role, capacity).toCompletableFuture().join();
  }

  @Test
  void aHostileAccountGetsAHundredthOfACore() {
    long done = 0;
    for (int second = 0; second < 7_200; second++) {
      while (pay(account, EnclaveRole.EVALUATOR, 512) == 0) {
        done += WorkCost.requestMicros(EnclaveRole.EVALUATOR, 512);
      }
      pass(Duration.ofSeconds(1));
    }
    assertThat(done / 1_000_000.0).isBetween(14.8 + 71.8, 15.0 + 72.0);
  }

  @Test
  void whatWasPaidStaysPaidInTheNextServer() {
    largestEvaluation(account);
    largestEvaluation(account);
    assertThat(largestEvaluation(limit(DEFAULT).of(new byte[] {1}))).isPositive();
    assertThat(records.largest()).as("bytes of a record").isLessThan(120);
  }

  @Test
  void whoIsToldToWaitForAConnectionIsKnownForSoLong() {
    while (connection(account) == 0) {}
    int wait = account.secondsToWait();
    assertThat(wait).isBetween(1, 2);
    assertThat(limit.of(new byte[] {2}).secondsToWait()).isZero();
    pass(Duration.ofSeconds(wait));
    assertThat(account.secondsToWait()).isZero();
    assertThat(connection(account)).isZero();
  }

  @Test
  void whoWasToldToWaitWaitsAsLongWhateverBecomesOfTheClock() {
    while (connection(account) == 0) {}
    int wait = account.secondsToWait();
    for (int days : new int[] {-2, 4}) {
      now = now.plus(Duration.ofDays(days));
      assertThat(account.secondsToWait()).isEqualTo(wait);
    }
    now = now.minus(Duration.ofDays(10));
    nanos += Duration.ofSeconds(wait).toNanos();
    assertThat(account.secondsToWait()).isZero();
  }

  private static void empty(WorkLimit.OfAccount account) {
    while (pay(account, EnclaveRole.EVALUATOR, 16) == 0) {}
  }

  /** It stood still until the clock was as far again. */
  @Test
  void aBucketThatWasUsedWhileTheClockWasDaysAheadFillsFromNowOn() {
    now = now.plus(Duration.ofDays(3));
    empty(account);
    now = now.minus(Duration.ofDays(3));
    int wait = largestEvaluation(account);
    assertThat(wait).as("no more than an empty bucket").isBetween(590, 590 + 2 + 600 / 8);
    pass(Duration.ofSeconds(wait));
    assertThat(largestEvaluation(account)).isZero();
    assertThat(largestEvaluation(account)).as("nothing was given").isPositive();
  }

  /** Each of two servers would fill again what the other has filled. */
  @Test
  void clocksThatDifferByMinutesFillNoBucketTwice() {
    empty(account);
    int granted = 0;
    for (int i = 0; i < 100; i++) {
      now = now.plus(i % 2 == 0 ? Duration.ofMinutes(5) : Duration.ofMinutes(-5));
      granted += pay(account, EnclaveRole.EVALUATOR, 512) == 0 ? 1 : 0;
    }
    assertThat(granted).as("of 0.1 s, from the 3 s of five minutes").isBetween(25, 40);
  }

  @Test
  void aBucketInMemoryIsFilledByTimeAndByNoClock() {
    records.reachable = false;
    empty(account);
    now = now.plus(Duration.ofDays(3));
    assertThat(pay(account, EnclaveRole.EVALUATOR, 512)).isPositive();
    now = now.minus(Duration.ofDays(6));
    nanos += Duration.ofHours(1).toNanos();
    assertThat(pay(account, EnclaveRole.EVALUATOR, 512)).isZero();
  }

  @Test
  void otherSettingsAreOtherBuckets() {
    largestEvaluation(account);
    largestEvaluation(account);
    WorkLimit smaller = limit(new Allowance(Duration.ofSeconds(6), Duration.ofSeconds(36)));
    assertThat(largestEvaluation(smaller.of(new byte[] {1}))).isZero();
    assertThat(largestEvaluation(smaller.of(new byte[] {1}))).isPositive();
  }

  @Test
  void whileTheRecordsAreOutOfReachBucketsAreSmallerAndServiceGoesOn() {
    records.reachable = false;
    assertThat(connection(account)).isZero();
    assertThat(largestEvaluation(account)).as("more than a quarter of the bucket").isPositive();
    int granted = 0;
    while (pay(account, EnclaveRole.EVALUATOR, 1_024) == 0) {
      granted++;
    }
    assertThat(granted).as("of 0.185 s, from 3.75 s").isEqualTo(20);
    records.reachable = true;
    assertThat(largestEvaluation(account)).isZero();
  }
}
