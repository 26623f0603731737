package org.blindbook.auditor.machinecode;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.blindbook.auditor.machinecode.Comparison.Difference;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int ALLOCATED = 8192;
  private static final int CARD = ALLOCATED / 512;

  /** A run of loads {@code mov rax, [rbx]} at ascending program counters. */
  private static StepTrace run(long... addresses) throws MachineCodeException {
    byte[] load = Arrays.copyOf(new byte[] {0x48, (byte) 0x8b, 0x03}, Decoder.MAX_LENGTH);
    StepTrace trace = new StepTrace();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Registers.BYTES);
      for (int i = 0; i < addresses.length; i++) {
        memory.setAtIndex(JAVA_LONG, 16, 0x4000 + i);
        memory.setAtIndex(JAVA_LONG, 5, addresses[i]);
        trace.add(new Registers(memory), pc -> load, k -> 0);
      }
    }
    return trace;
  }

  @Test
  void findsTheFirstAddressThatDiffers() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 200, 300));

    assertThat(comparison.control(run(100, 200, 300))).isNull();
    Difference difference = comparison.compare(run(100, 208, 308), 2);
    assertThat(difference).isNotNull();
    assertThat(difference.step()).isEqualTo(1);
    assertThat(difference.inPath()).isFalse();
    assertThat(difference.otherAddress()).isEqualTo(208);
  }

  @Test
  void findsThatARunIsLonger() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 200));

    Difference difference = comparison.compare(run(100, 200, 300), 2);
    assertThat(difference.inPath()).isTrue();
    assertThat(difference.firstPc()).isEqualTo(-1);
  }

  @Test
  void letsNewObjectsMoveWithEveryRun() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 70_000, 136, 200));

    assertThat(comparison.control(run(100, 70_000 + ALLOCATED, 136 + CARD, 200))).isNull();
    assertThat(comparison.compare(run(100, 70_000 + 2 * ALLOCATED, 136 + 2 * CARD, 200), 2))
        .isNull();
  }

  @Test
  void seesAnIndexIntoANewObject() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 70_000));

    assertThat(comparison.control(run(100, 70_000 + ALLOCATED))).isNull();
    assertThat(comparison.compare(run(100, 70_008 + 2 * ALLOCATED), 2)).isNotNull();
  }

  @Test
  void seesAnAddressThatMovesLikeANewObjectButWasNone() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 70_000, 500));

    assertThat(comparison.control(run(100, 70_000 + ALLOCATED, 500))).isNull();
    assertThat(comparison.compare(run(100, 70_000 + 2 * ALLOCATED, 500 + 2 * ALLOCATED), 2))
        .isNotNull();
  }

  @Test
  void refusesAControlThatMovesByMoreThanOneAmount() throws MachineCodeException {
    Comparison comparison = new Comparison(run(100, 70_000, 80_000));

    assertThat(comparison.control(run(100, 70_000 + ALLOCATED, 80_000 + 24))).isNotNull();
  }
}
