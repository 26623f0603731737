package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private final RetryAfter retryAfter = new RetryAfter(new Random(1), 2);

  @Test
  void itIsTheBaseTimeAndUpToAsMuchAgain() {
    assertThat(IntStream.range(0, 1_000).map(i -> retryAfter.seconds()).distinct().sorted())
        .containsExactly(2, 3);
  }

  @Test
  void theBacklogComesOnTopAndSpreadsThoseWhoComeBack() {
    int[] told =
        IntStream.range(0, 10_000).map(i -> retryAfter.seconds(Duration.ofSeconds(28))).toArray();
    assertThat(IntStream.of(told).min()).hasValue(30);
    assertThat(IntStream.of(told).max()).hasValue(59);
    assertThat(IntStream.of(told).average().orElseThrow()).isBetween(44.0, 45.0);
  }
}
