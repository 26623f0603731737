package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the messenger app gets from a blinded deployment: the library against real processes. */
@ExtendWith(BlindedInstallation.Shared.class)
class BlindedDiscoveryIT {
  private static final int REGISTERED = BlindedInstallation.REGISTERED;

  @TempDir Path folder;

  private final BlindedInstallation installation;

  BlindedDiscoveryIT(BlindedInstallation installation) {
    this.installation = installation;
  }

  private static Discovery discover(DiscoveryClient client, int from, int to) {
    return client.discover(Numbers.identifiers(from, to)).toCompletableFuture().join();
  }

  @Test
  void aSecondSyncPaysForNewContactsOnlyAndEverybodyIsFound() throws Exception {
    Deployment deployment = installation.deployment;
    DiscoveryClient client = installation.client(UUID.randomUUID()).build();
    long start = System.nanoTime();
    Discovery first = discover(client, 1_500, 2_500);
    long cold = System.nanoTime() - start;
    assertThat(first.matches()).isEqualTo(Numbers.matches(1_500, REGISTERED));
    assertThat(first.permitsUsed()).isEqualTo(1_000);
    start = System.nanoTime();
    Discovery second = discover(client, 1_503, 2_503);
    long cached = System.nanoTime() - start;
    assertThat(second.matches()).isEqualTo(Numbers.matches(1_503, REGISTERED));
    assertThat(second.permitsUsed()).isEqualTo(3);
    System.err.printf("cold %d ms, three new %d ms%n", cold / 1_000_000, cached / 1_000_000);
    for (int i = 0; i < 3; i++) {
      start = System.nanoTime();
      discover(client, 1_503, 2_503);
      System.err.printf("cached %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }

    Path book = Files.write(folder.resolve("book.txt"), List.of(Numbers.text(7), "nobody"));
    Deployment.Outcome discovered =
        deployment.tryRun(
            "discover",
            "--server",
            deployment.url().toString(),
            "--contacts",
            book.toString(),
            "--credential",
            deployment.credential(UUID.randomUUID()),
            "--trust",
            deployment.trustFile().toString(),
            "--json");
    assertThat(discovered.exitCode()).as(discovered.err()).isZero();
    assertThat(discovered.out()).contains(Numbers.account(7).toString(), "\"permitsUsed\":1");
  }
}
