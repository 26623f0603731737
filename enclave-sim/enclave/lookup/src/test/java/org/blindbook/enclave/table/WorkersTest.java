package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  private static final long MUCH = Workers.WORTH_A_THREAD;

  private static AtomicIntegerArray run(Workers workers, int units, long steps, Set<Long> threads) {
    AtomicIntegerArray runs = new AtomicIntegerArray(units);
    workers.split(
        units,
        steps,
        (part, from, to) -> {
          threads.add(Thread.currentThread().threadId());
          for (int i = from; i < to; i++) {
            runs.incrementAndGet(i);
          }
        });
    return runs;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyUnitRunsOnceBeforeSplitReturns(int threads) {
    Workers workers = new Workers(threads);
    for (int units : new int[] {1, 2, 7, 1024}) {
      Set<Long> used = ConcurrentHashMap.newKeySet();
      AtomicIntegerArray runs = run(workers, units, MUCH, used);
      for (int i = 0; i < units; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
      assertThat(used).hasSizeLessThanOrEqualTo(Math.min(threads, units));
      assertThat(used).hasSizeGreaterThanOrEqualTo(Math.min(2, Math.min(threads, units)));
    }
  }

  @Test
  void littleWorkStaysOnTheCallingThread() {
    Set<Long> used = ConcurrentHashMap.newKeySet();
    run(new Workers(2), 100, MUCH - 1, used);
    assertThat(used).containsExactly(Thread.currentThread().threadId());
  }

  @Test
  void aPartThatFailsFailsTheRun() {
    assertThatThrownBy(
            () ->
                new Workers(2)
                    .split(
                        2,
                        MUCH,
                        (part, from, to) -> {
                          if (from == 1) {
                            throw new IllegalArgumentException("planted");
                          }
                        }))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("planted");
  }

  @Test
  void anInterruptionWaitsForTheEndOfThePass() {
    Thread.currentThread().interrupt();
    AtomicIntegerArray runs = run(new Workers(2), 2, MUCH, ConcurrentHashMap.newKeySet());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(runs.get(1)).isEqualTo(1);
  }
}
