package org.blindbook.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.blindbook.server.ledgers.MemoryRecords;
import org.blindbook.server.ledgers.RecordStore;
import org.junit.jupiter.api.Test;

class BulkBudgetTest {
  private static final int PER_DAY = 86_400;

  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final MemoryRecords records = new MemoryRecords();
  private final BulkBudget budget = budget(records);

  private BulkBudget budget(RecordStore of) {
    return new BulkBudget(PER_DAY, () -> now, of);
  }

  private static int take(BulkBudget budget, int identifiers) {
    return budget.take(identifiers).toCompletableFuture().join();
  }

  @Test
  void aDayHasSoManyAndEverythingIsCounted() {
    assertThat(take(budget, 86_000)).isZero();
    assertThat(take(budget, 500)).isEqualTo(101);
    assertThat(budget.evaluated()).isEqualTo(86_000);
    assertThat(budget.refused()).isEqualTo(500);
    now = now.plusSeconds(100);
    assertThat(take(budget, 500)).isZero();
    assertThat(take(budget, 1)).isPositive();
    now = now.plus(Duration.ofDays(3));
    assertThat(take(budget, 86_400)).isZero();
    assertThat(take(budget, 1)).as("days are not saved up").isPositive();
    now = now.minus(Duration.ofDays(1));
    assertThat(take(budget, 1)).as("a clock that goes back gives nothing").isPositive();
  }

  @Test
  void aClockThatWasAheadStopsNobodyForLongerThanADay() {
    now = now.plus(Duration.ofDays(30));
    assertThat(take(budget, 86_400)).isZero();
    now = now.minus(Duration.ofDays(30));
    assertThat(take(budget, 1)).as("nothing is given for it").isPositive();
    now = now.plus(Duration.ofDays(1));
    assertThat(take(budget, 86_400)).isZero();
  }

  @Test
  void aRestartBeginsNoNewDayAndKeepsTheCounts() {
    take(budget, 86_000);
    take(budget, 500);
    BulkBudget next = budget(records);
    assertThat(next.evaluated()).isEqualTo(86_000);
    assertThat(next.refused()).isEqualTo(500);
    assertThat(take(next, 401)).isPositive();
    assertThat(take(next, 400)).isZero();
  }

  @Test
  void whoAsksAtOnceTakesFromOneBudget() {
    BulkBudget other = budget(records);
    records.rival = () -> take(other, 86_000);
    assertThat(take(budget, 86_000)).as("somebody else was faster").isPositive();
    assertThat(take(budget, 400)).isZero();
    assertThat(budget.evaluated()).isEqualTo(PER_DAY);
    assertThat(budget.refused()).isEqualTo(86_000);
  }

  @Test
  void nothingIsTakenWhileNobodyKnowsWhatIsLeft() {
    records.reachable = false;
    assertThat(budget.take(1).toCompletableFuture()).isCompletedExceptionally();
    records.reachable = true;
    assertThat(take(budget, PER_DAY)).isZero();
  }
}
