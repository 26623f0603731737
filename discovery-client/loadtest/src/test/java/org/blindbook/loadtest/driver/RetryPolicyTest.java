package org.blindbook.loadtest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.blindbook.loadtest.measurement.Outcome;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Outcome BUSY = new Outcome.Refused("HTTP 503", 7, true);
  private static final Outcome NO_PERMITS = new Outcome.Refused("no permits", 9, false);

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void theStampedeComesBackAtOnceWhateverItIsTold() {
    assertThat(RetryPolicy.STAMPEDE.next(BUSY, 1, random)).hasValue(0);
    assertThat(RetryPolicy.STAMPEDE.next(new Outcome.TimedOut(), 99, random)).hasValue(0);
  }

  @Test
  void thePoliteWaitAsLongAsTheyAreAskedAndThenLongerEachTime() {
    long early = 0;
    long late = 0;
    for (int i = 0; i < 1_000; i++) {
      long first = RetryPolicy.POLITE.next(BUSY, 1, random).orElseThrow();
      assertThat(first).isBetween(7_000L, 8_000L);
      early = Math.max(early, first);
      long fifth = RetryPolicy.POLITE.next(BUSY, 5, random).orElseThrow();
      assertThat(fifth).isBetween(7_000L, 23_000L);
      late = Math.max(late, fifth);
      assertThat(RetryPolicy.POLITE.next(BUSY, 60, random).orElseThrow()).isLessThan(67_001L);
    }
    assertThat(early).as("jitter is full").isGreaterThan(7_900);
    assertThat(late).isGreaterThan(22_000);
  }

  @Test
  void nobodyComesBackForWhatStays() {
    for (RetryPolicy policy : RetryPolicy.values()) {
      assertThat(policy.next(new Outcome.Right(), 1, random)).isEmpty();
      assertThat(policy.next(new Outcome.Wrong(1, 0, 0), 1, random)).isEmpty();
      assertThat(policy.next(NO_PERMITS, 1, random)).isEmpty();
      assertThat(policy.next(new Outcome.Failed("HTTP 401", false), 1, random)).isEmpty();
    }
    assertThat(RetryPolicy.NONE.next(BUSY, 1, random)).isEmpty();
  }
}
