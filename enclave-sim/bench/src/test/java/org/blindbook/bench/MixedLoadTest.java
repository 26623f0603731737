package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.blindbook.enclave.table.TableBenchmark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MixedLoadTest {
  /** A process reads it once, and other tests measure one thread. */
  @BeforeAll
  static void settleOnOneThread() {
    System.setProperty(TableBenchmark.THREADS_SETTING, "1");
  }

  @Test
  void everyAnswerUnderMixedLoadIsRight() throws Exception {
    MixedLoad.Result seen = MixedLoad.run(Duration.ofSeconds(2), 3);
    assertThat(seen.passes()).isPositive();
    assertThat(seen.registered()).isGreaterThan(1);
    assertThat(seen.wrong()).isZero();
  }
}
