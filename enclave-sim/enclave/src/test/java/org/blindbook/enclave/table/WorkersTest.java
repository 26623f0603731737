package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyPartRunsOnceBeforeRunReturns(int threads) {
    Workers workers = new Workers(threads);
    AtomicIntegerArray runs = new AtomicIntegerArray(7);
    workers.run(7, runs::incrementAndGet);
    for (int i = 0; i < 7; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void aPartThatFailsFailsTheRun() {
    assertThatThrownBy(
            () ->
                new Workers(2)
                    .run(
                        2,
                        part -> {
                          if (part == 1) {
                            throw new IllegalArgumentException("planted");
                          }
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("planted");
  }

  @Test
  void anInterruptionWaitsForTheEndOfThePass() {
    Thread.currentThread().interrupt();
    AtomicIntegerArray runs = new AtomicIntegerArray(2);
    new Workers(2).run(2, runs::incrementAndGet);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(runs.get(1)).isEqualTo(1);
  }

  @Test
  void partsCoverAllBinsOnce() {
    for (int bins : new int[] {2, 7, 1024}) {
      for (int parts = 1; parts <= 5; parts++) {
        assertThat(LookupPass.binsBefore(0, parts, bins)).isZero();
        assertThat(LookupPass.binsBefore(parts, parts, bins)).isEqualTo(bins);
      }
    }
  }
}
