package org.blindbook.enclave.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryReturnTest {
  private static final long MIB = 1 << 20;

  private long heap = 800 * MIB;
  private long inUse = 800 * MIB;
  private long capacity = 1024;
  private int collections;

  private final MemoryReturn memory =
      new MemoryReturn(
          () -> heap,
          () -> capacity,
          () -> {
            heap = inUse;
            collections++;
          });

  @Test
  void aHeapThatGrewByMoreThanAnEighthIsCollected() {
    heap = 900 * MIB;
    memory.look();
    assertThat(collections).isZero();
    heap = 901 * MIB;
    memory.look();
    memory.look();
    assertThat(collections).isOne();
    assertThat(heap).isEqualTo(inUse);
  }

  @Test
  void whatIsInUseCountsFromTheLastCollectionOn() {
    inUse = 1600 * MIB;
    heap = 1650 * MIB;
    memory.look();
    heap = 1800 * MIB;
    memory.look();
    assertThat(collections).isOne();
    heap = 1801 * MIB;
    memory.look();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void aSmallHeapMayGrowByMore() {
    inUse = 64 * MIB;
    capacity++;
    memory.look();
    assertThat(collections).isOne();
    heap = inUse + MemoryReturn.LEAST_GROWTH;
    memory.look();
    assertThat(collections).isOne();
    heap++;
    memory.look();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void theOldTableIsGivenBackOnceAnotherHasTakenOver() {
    capacity = 1536;
    memory.look();
    memory.look();
    assertThat(collections).isOne();
  }
}
