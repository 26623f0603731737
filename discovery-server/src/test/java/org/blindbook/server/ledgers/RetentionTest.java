package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void aLedgerIsKeptUntilAWholeQuotaHasComeBack() {
    assertThat(Retention.of(50_000, 10_000, HOUR).ledgers())
        .as("five days, but nobody's is kept for less than thirty")
        .isEqualTo(Duration.ofDays(30));
    assertThat(Retention.of(50_000, 1_000, HOUR).ledgers())
        .isBetween(Duration.ofDays(52), Duration.ofDays(53));
  }

  /** A permit a day is 11.57 millionths a second, of which the enclave counts 11. */
  @Test
  void roundingInTheEnclaveIsCounted() {
    assertThat(Retention.of(100, 1, HOUR).ledgers()).isGreaterThan(Duration.ofDays(105));
  }

  @Test
  void largeSettingsDoNotOverflow() {
    assertThat(Retention.of(10_000_000, 1, HOUR).ledgers())
        .isGreaterThan(Duration.ofDays(10_000_000));
  }

  @Test
  void workIsKeptUntilTheBucketIsFull() {
    assertThat(Retention.of(1, 1, Duration.ofHours(100)).work())
        .isEqualTo(Duration.ofDays(2).plusHours(100));
  }
}
