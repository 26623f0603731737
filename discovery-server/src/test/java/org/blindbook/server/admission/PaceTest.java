package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long STEP = Duration.ofMillis(10).toNanos();

  private final Pace pace = new Pace(2);
  private long now;

  /** Half a minute in which every 10 ms so much work is done. */
  private void work(long micros, boolean busy) {
    for (int i = 0; i < 3_000; i++) {
      now += STEP;
      pace.done(micros, busy, now);
    }
  }

  @Test
  void itIsOneWhereTheEstimatesAreRight() {
    work(20_000, true);
    assertThat(pace.get()).isCloseTo(1, within(0.01));
  }

  @Test
  void aMachineOfHalfTheSpeedTakesTwiceAsLong() {
    work(10_000, true);
    assertThat(pace.get()).isCloseTo(2, within(0.05));
  }

  @Test
  void anIdleMachineIsNotASlowOne() {
    work(100, false);
    assertThat(pace.get()).isEqualTo(1);
  }

  @Test
  void aMachineThatWasSlowIsNotAnyMoreOnceItHasNothingToDo() {
    work(1_000, true);
    assertThat(pace.get()).isGreaterThan(10);
    work(100, false);
    assertThat(pace.get()).isCloseTo(1, within(0.01));
  }

  @Test
  void itStaysWithinItsBounds() {
    work(1, true);
    assertThat(pace.get()).isCloseTo(16, within(0.1));
    work(1_000_000, true);
    assertThat(pace.get()).isCloseTo(0.5, within(0.2));
  }

  @Test
  void aSlowerMachineIsBelievedSoonAndAFasterOneLater() {
    for (int i = 0; i < 101; i++) {
      now += STEP;
      pace.done(5_000, true, now);
    }
    assertThat(pace.get()).as("four times slower, after a second").isBetween(3.5, 4.0);
    for (int i = 0; i < 100; i++) {
      now += STEP;
      pace.done(20_000, true, now);
    }
    assertThat(pace.get()).as("as it was, after a second").isBetween(2.5, 3.5);
  }
}
