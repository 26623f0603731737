package org.blindbook.enclave.oblivious;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomSourceTest {

  @Test
  void theSystemSourceFillsEveryElementAnew() {
    RandomSource random = RandomSource.of(new SecureRandom());
    long[] first = new long[64];
    long[] second = new long[64];
    random.fill(first);
    random.fill(second);
    assertThat(Arrays.stream(first).distinct().count()).isEqualTo(64);
    assertThat(first).doesNotContain(0).isNotEqualTo(second);
    assertThat(Arrays.stream(first).map(Long::bitCount).average().orElseThrow())
        .isBetween(27.0, 37.0);
  }
}
