package org.blindbook.enclave.constanttime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MasksTest {
  private static final long[] EDGES = {
    0,
    1,
    2,
    -1,
    -2,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 1,
    1L << 32
  };

  private static long mask(boolean condition) {
    return condition ? -1 : 0;
  }

  private static void check(long a, long b) {
    assertThat(Masks.nonZero(a)).isEqualTo(mask(a != 0));
    assertThat(Masks.isZero(a)).isEqualTo(mask(a == 0));
    assertThat(Masks.equal(a, b)).isEqualTo(mask(a == b));
    assertThat(Masks.below(a, b)).isEqualTo(mask(Long.compareUnsigned(a, b) < 0));
    assertThat(Masks.select(-1, a, b)).isEqualTo(a);
    assertThat(Masks.select(0, a, b)).isEqualTo(b);
  }

  @Test
  void masksAgreeWithConditionsAtTheEdges() {
    for (long a : EDGES) {
      for (long b : EDGES) {
        check(a, b);
      }
    }
  }

  @Test
  void masksAgreeWithConditionsOnRandomNumbersOfAllLengths() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      check(random.nextLong() >> random.nextInt(64), random.nextLong() >>> random.nextInt(64));
    }
  }

  @Test
  void bitReadsOneBit() {
    for (int bit = 0; bit < 64; bit++) {
      assertThat(Masks.bit(1L << bit, bit)).isEqualTo(-1);
      assertThat(Masks.bit(~(1L << bit), bit)).isZero();
    }
  }
}
