package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BulkBudgetTest {
  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final BulkBudget budget = new BulkBudget(86_400, () -> now);

  @Test
  void aDayHasSoManyAndEverythingIsCounted() {
    assertThat(budget.take(86_000)).isZero();
    assertThat(budget.take(500)).isEqualTo(101);
    assertThat(budget.evaluated()).isEqualTo(86_000);
    assertThat(budget.refused()).isEqualTo(500);
    now = now.plusSeconds(100);
    assertThat(budget.take(500)).isZero();
    assertThat(budget.take(1)).isPositive();
    now = now.plus(Duration.ofDays(3));
    assertThat(budget.take(86_400)).isZero();
    assertThat(budget.take(1)).as("days are not saved up").isPositive();
    now = now.minus(Duration.ofDays(1));
    assertThat(budget.take(1)).as("a clock that goes back gives nothing").isPositive();
  }
}
