package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator plans for an enclave is what it takes. */
class MemoryIT {
  private static final long MIB = 1 << 20;

  /** What docs/operations.md promises of an enclave without users. */
  private static final long EMPTY = 256 * MIB;

  private static final int FIRST_USERS = 2_000;
  private static final int USERS = 5_000;
  private static final int CLIENTS = 8;
  private static final int BOOK = 1_000;

  @TempDir Path folder;

  @Test
  void anEnclaveTakesNoMoreMemoryThanIsPlannedForItsUsers() throws Exception {
    try (Deployment deployment = Deployment.start(folder)) {
      // What the warm-up took goes back within a second.
      ProcessHandle enclave = deployment.enclave(EnclaveRole.LOOKUP);
      Awaitility.await()
          .atMost(Duration.ofSeconds(3))
          .untilAsserted(
              () -> assertThat(ProcessMemory.resident(enclave)).isLessThanOrEqualTo(EMPTY));
      deployment.load(Numbers.registrations(0, FIRST_USERS));
      deployment.awaitRecords(FIRST_USERS);
      discover(deployment);
      deployment.load(Numbers.registrations(FIRST_USERS, USERS));
      deployment.awaitRecords(USERS);
      discover(deployment);
      assertThat(ProcessMemory.resident(deployment.enclave(EnclaveRole.LOOKUP)))
          .isLessThanOrEqualTo(plannedFor(USERS));
    }
  }

  private static void discover(Deployment deployment) throws Exception {
    for (int i = 0; i < CLIENTS; i++) {
      DiscoveryClient client = deployment.client(UUID.randomUUID()).build();
      assertThat(
              client.discover(Numbers.identifiers(0, BOOK)).toCompletableFuture().join().matches())
          .hasSize(BOOK);
    }
  }

  /** The bound for a serving table in the table for operators. */
  private static long plannedFor(int users) throws Exception {
    Path operations = Path.of(System.getProperty("blindbook.home"), "docs/operations.md");
    Pattern row = Pattern.compile("(?m)^\\| ([0-9,]+) \\|(?: [0-9,]+ \\|){3} ([0-9,]+) \\|");
    return row.matcher(Files.readString(operations))
        .results()
        .filter(r -> number(r, 1) >= users)
        .mapToLong(r -> number(r, 2) * MIB)
        .findFirst()
        .orElseThrow();
  }

  private static long number(MatchResult row, int group) {
    return Long.parseLong(row.group(group).replace(",", ""));
  }
}
