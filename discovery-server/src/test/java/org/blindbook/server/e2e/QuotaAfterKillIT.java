package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.services.NeedsRedis;
import org.blindbook.server.services.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An account spends its permits and the server is killed: none comes back, wherever ledgers are
 * kept, however often.
 */
class QuotaAfterKillIT {
  private static final int PERMITS = 20;
  private static final int DATABASE = 2;

  @TempDir Path folder;

  @Test
  void aKillRefillsNobody() throws Exception {
    try (Deployment deployment = start(folder)) {
      spendKillAndAskAgain(deployment);
      assertThat(deployment.data().resolve("ledgers.db")).exists();
    }
  }

  @Test
  @NeedsRedis
  void aKillRefillsNobodyWhoseLedgerIsInARedis() throws Exception {
    RedisServer redis = RedisServer.require();
    redis.command(DATABASE, "FLUSHDB");
    try (Deployment deployment = start(folder, "ledgers.redis: " + redis.url(DATABASE))) {
      spendKillAndAskAgain(deployment);
      assertThat(deployment.data().resolve("ledgers.db")).doesNotExist();

      // Another server, with a directory of its own, has the same accounts when it has the same
      // keys: those of the simulated hardware seal the ledger, that of credentials names the
      // account.
      Path second = Files.createDirectory(folder.resolve("second"));
      Path data = Files.createDirectory(second.resolve("data"));
      copy(deployment.data(), data, "credential.key", "platform");
      UUID account = UUID.randomUUID();
      assertThat(discover(deployment, account, 0, PERMITS, new InMemoryStateStore())).isNull();
      try (Deployment other = start(second, "ledgers.redis: " + redis.url(DATABASE))) {
        assertRefused(other, account, new InMemoryStateStore());
      }
    } finally {
      redis.command(DATABASE, "FLUSHDB");
    }
  }

  private static void copy(Path from, Path to, String... names) throws Exception {
    for (String name : names) {
      Process cp =
          new ProcessBuilder("cp", "-a", from.resolve(name).toString(), to.toString()).start();
      assertThat(cp.waitFor()).isZero();
    }
  }

  private static Deployment start(Path folder, String... more) throws Exception {
    String[] config = new String[2 + more.length];
    config[0] = "permits.capacity: " + PERMITS;
    config[1] = "permits.refill-per-day: 1";
    System.arraycopy(more, 0, config, 2, more.length);
    return Deployment.start(folder, config);
  }

  private static void spendKillAndAskAgain(Deployment deployment) throws Exception {
    UUID account = UUID.randomUUID();
    StateStore state = new InMemoryStateStore();
    assertThat(discover(deployment, account, 0, PERMITS, state)).isNull();
    assertRefused(deployment, account, new InMemoryStateStore());

    ProcessHandle enclave = deployment.enclave(EnclaveRole.LOOKUP);
    Deployment.kill(deployment.host());
    enclave.onExit().join();
    deployment.startServer();

    assertRefused(deployment, account, new InMemoryStateStore());
    assertThat(discover(deployment, account, 0, PERMITS, state))
        .as("what was paid for is free")
        .isNull();
    assertThat(discover(deployment, UUID.randomUUID(), 0, PERMITS, new InMemoryStateStore()))
        .as("another account")
        .isNull();
  }

  private static void assertRefused(Deployment deployment, UUID account, StateStore state)
      throws Exception {
    assertThat(discover(deployment, account, PERMITS, PERMITS + 1, state))
        .as("one contact more than was paid for")
        .isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
  }

  /** Why it failed; null when it did not. */
  private static DiscoveryError discover(
      Deployment deployment, UUID account, int from, int to, StateStore state) throws Exception {
    List<Identifier> asked = Numbers.identifiers(from, to);
    Throwable failure =
        catchThrowable(
            () ->
                deployment
                    .client(account)
                    .stateStore(state)
                    .maxAttempts(1)
                    .build()
                    .discover(asked)
                    .toCompletableFuture()
                    .join());
    return failure instanceof CompletionException wrapped
            && wrapped.getCause() instanceof DiscoveryException told
        ? told.error()
        : switch (failure) {
          case null -> null;
          default -> throw new AssertionError(failure);
        };
  }
}
