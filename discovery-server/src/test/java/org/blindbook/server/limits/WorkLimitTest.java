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

  private WorkLimit limit(Allowance allowance) {
    return new WorkLimit(allowance, records, () -> now, new Random(1));
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
    now = now.plusSeconds(wait);
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
      now = now.plusSeconds(1);
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
    now = now.plusSeconds(wait);
    assertThat(account.secondsToWait()).isZero();
    assertThat(connection(account)).isZero();
  }

  @Test
  void aClockThatIsSetBackMakesNobodyWaitForLongerThanItWasTold() {
    while (connection(account) == 0) {}
    int wait = account.secondsToWait();
    now = now.minus(Duration.ofDays(2));
    assertThat(account.secondsToWait()).isEqualTo(wait);
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
