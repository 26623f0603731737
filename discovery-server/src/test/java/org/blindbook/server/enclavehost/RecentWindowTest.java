package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.blindbook.server.enclavehost.RecentWindow.Limits;
import org.blindbook.server.enclavehost.RecentWindow.Start;
import org.blindbook.server.registrations.Mark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentWindowTest {
  private static Instant hour(long hour) {
    return Instant.EPOCH.plus(Duration.ofHours(hour));
  }

  /** Of the hours 10, 20, 30 and 40, when 100, 200, 300 and 400 were written. */
  private static final List<Mark> MARKS =
      List.of(
          new Mark(hour(10), 100),
          new Mark(hour(20), 200),
          new Mark(hour(30), 300),
          new Mark(hour(40), 400));

  @ParameterizedTest(name = "not before hour {0}, nor before number {1}")
  @CsvSource(
      textBlock =
          """
          #oldest, at least, begins after, complete since
          30, 0,   300, 30
          39, 0,   300, 30
          40, 0,   400, 40
          99, 0,   400, 40
          5,  0,   100, 10
          39, 299, 300, 30
          39, 300, 300, 30
          39, 301, 301, 40
          5,  150, 150, 20
          5,  200, 200, 20
          5,  400, 400, 40
          """)
  void beginsAtTheLaterOfTheTwo(long oldest, long atLeast, long after, long since) {
    assertThat(RecentWindow.start(MARKS, hour(oldest), atLeast))
        .isEqualTo(new Start(after, hour(since)));
  }

  @Test
  void reachesBackToWhatItIsCompleteSinceAndBeforeTheFirstStartNowhere() {
    RecentWindow window = new RecentWindow(new Limits(Duration.ofDays(7), 4));
    assertThat(window.reachesBackTo(hour(1_000_000))).isFalse();
    window.startsAt(new Start(0, hour(20)));
    assertThat(window.reachesBackTo(hour(20))).isTrue();
    assertThat(window.reachesBackTo(hour(20).minusSeconds(1))).isFalse();
  }
}
