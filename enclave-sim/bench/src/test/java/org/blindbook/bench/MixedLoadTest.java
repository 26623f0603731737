package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MixedLoadTest {
  @Test
  void everyAnswerUnderMixedLoadIsRight() throws Exception {
    MixedLoad.Result seen = MixedLoad.run(Duration.ofSeconds(2), 3, 1);
    assertThat(seen.passes()).isPositive();
    assertThat(seen.registered()).isGreaterThan(1);
    assertThat(seen.wrong()).isZero();
  }
}
