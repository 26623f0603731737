package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostMemoryTest {
  @Test
  void theDefaultsFitIntoTheHeapOfTheLauncher() {
    HostMemory memory = HostMemory.of(10_000, 2_000, 32 << 20, 100_000);
    assertThat(memory.mebibytes()).isLessThanOrEqualTo(512);
    assertThat(memory.describe())
        .isEqualTo(
            "the host takes at most 456 MiB of heap: 64 MiB for the program, 176 MiB for 10000"
                + " sessions, 47 MiB for 2000 connections without a session, 96 MiB for messages on"
                + " their way, 74 MiB for 100000 ledgers");
  }

  @Test
  void everyPartCounts() {
    long none = HostMemory.of(0, 0, 0, 0).bytes();
    assertThat(HostMemory.of(1, 0, 0, 0).bytes()).isGreaterThan(none + 15_000);
    assertThat(HostMemory.of(0, 1, 0, 0).bytes()).isGreaterThan(none + 8_192);
    assertThat(HostMemory.of(0, 0, 10, 0).bytes()).isEqualTo(none + 30);
    assertThat(HostMemory.of(0, 0, 0, 1).bytes()).isGreaterThan(none + 500);
  }
}
