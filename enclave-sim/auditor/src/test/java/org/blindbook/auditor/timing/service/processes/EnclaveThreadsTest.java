package org.blindbook.auditor.timing.service.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EnclaveThreadsTest {
  private static final long WORK = 30_000_000;

  /** Of this process, whose threads stand still, by their own clock, but for the one that works. */
  @Test
  void readsWhatAProcessUsesInFractionsOfATick() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/schedstat")), "no Linux with schedstat");
    try (EnclaveThreads threads = new EnclaveThreads(ProcessHandle.current().pid())) {
      long before = threads.begin();
      long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own < WORK) {
        Thread.onSpinWait();
      }
      assertThat(threads.end() - before).isBetween(WORK * 4 / 5, 100 * WORK);
    }
  }
}
