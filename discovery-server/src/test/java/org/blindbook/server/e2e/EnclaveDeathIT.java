package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The enclave dies while a client talks to it. The account has exactly the permits that its
 * contacts cost once, so whoever pays twice is refused.
 */
class EnclaveDeathIT {
  private static final int CONTACTS = 20;
  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGEMENT = 2;

  @TempDir static Path folder;
  private static Deployment deployment;

  @BeforeAll
  static void start() throws Exception {
    deployment =
        Deployment.start(folder, "permits.capacity: " + CONTACTS, "permits.refill-per-day: 1");
    deployment.load(Numbers.registrations(0, 10));
    deployment.awaitRecords(10);
  }

  @AfterAll
  static void stop() {
    deployment.close();
  }

  @Test
  void theClientIsToldToRetryAndTheNextTryWorksAndNothingIsPaidTwice() throws Exception {
    for (int message : new int[] {REQUEST, ACKNOWLEDGEMENT}) {
      UUID account = UUID.randomUUID();
      StateStore state = new InMemoryStateStore();
      List<Identifier> contacts = Numbers.identifiers(0, CONTACTS);
      WireTap deadly =
          new WireTap(
              (number, bytes) -> {
                if (number == message) {
                  deployment.killEnclave();
                }
                return bytes;
              });
      DiscoveryClient unlucky =
          deployment.client(account).stateStore(state).transport(deadly).maxAttempts(1).build();
      Throwable thrown =
          catchThrowable(() -> unlucky.discover(contacts).toCompletableFuture().join());
      DiscoveryException told = (DiscoveryException) thrown.getCause();
      assertThat(told.error()).isEqualTo(DiscoveryError.RESTARTING);
      assertThat(told.error().retryable()).isTrue();

      deployment.awaitReady();
      Discovery next =
          deployment
              .client(account)
              .stateStore(state)
              .build()
              .discover(contacts)
              .toCompletableFuture()
              .join();
      assertThat(next.matches()).isEqualTo(Numbers.matches(0, 10));
      assertThat(next.permitsUsed()).isEqualTo(message == REQUEST ? CONTACTS : 0);

      Throwable oneMore =
          catchThrowable(
              () ->
                  deployment
                      .client(account)
                      .stateStore(state)
                      .maxAttempts(1)
                      .build()
                      .discover(Numbers.identifiers(0, CONTACTS + 1))
                      .toCompletableFuture()
                      .join());
      assertThat(((DiscoveryException) oneMore.getCause()).error())
          .isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
    }
  }

  @Test
  void aPatientClientNoticesNothing() throws Exception {
    boolean[] killed = new boolean[1];
    WireTap deadlyOnce =
        new WireTap(
            (number, bytes) -> {
              if (number == ACKNOWLEDGEMENT && !killed[0]) {
                killed[0] = true;
                deployment.killEnclave();
              }
              return bytes;
            });
    DiscoveryClient client = deployment.client(UUID.randomUUID()).transport(deadlyOnce).build();
    Discovery found = discoverPatiently(client, Numbers.identifiers(0, CONTACTS));
    assertThat(killed[0]).isTrue();
    assertThat(found.matches()).isEqualTo(Numbers.matches(0, 10));
    // All in this call, or in one before it.
    assertThat(found.permitsUsed()).isIn(0, CONTACTS);
  }

  /** As an app does that comes back when it is told to. */
  private static Discovery discoverPatiently(DiscoveryClient client, List<Identifier> contacts)
      throws Exception {
    for (int call = 0; call < 10; call++) {
      try {
        return client.discover(contacts).join();
      } catch (CompletionException e) {
        DiscoveryException told = (DiscoveryException) e.getCause();
        assertThat(told.error().retryable()).isTrue();
        Thread.sleep(told.retryAfter().orElseThrow());
      }
    }
    throw new AssertionError("the enclave did not come back");
  }

  @Test
  void aKilledPlatformIsNoticedAndReplacedAndLeavesNoEnclaveBehind() throws Exception {
    ProcessHandle platform = deployment.platform(EnclaveRole.LOOKUP);
    ProcessHandle enclave = deployment.enclave(EnclaveRole.LOOKUP);
    Deployment.kill(platform);
    long noticedBy = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (deployment.isReady()) {
      assertThat(System.nanoTime()).as("time until noticed").isLessThan(noticedBy);
      Thread.sleep(20);
    }
    assertThat(deployment.health().getString("reason")).isNotEmpty();

    deployment.awaitReady();
    assertThat(enclave.isAlive()).as("the enclave of the platform that was killed").isFalse();
    assertThat(deployment.platform(EnclaveRole.LOOKUP).pid()).isNotEqualTo(platform.pid());
    Discovery found =
        deployment
            .client(UUID.randomUUID())
            .build()
            .discover(Numbers.identifiers(0, CONTACTS))
            .toCompletableFuture()
            .join();
    assertThat(found.matches()).isEqualTo(Numbers.matches(0, 10));
  }

  @Test
  void aRestartedServerKnowsItsUsersAndHonoursTheTokens() throws Exception {
    UUID account = UUID.randomUUID();
    StateStore state = new InMemoryStateStore();
    deployment
        .client(account)
        .stateStore(state)
        .build()
        .discover(Numbers.identifiers(5, 15))
        .toCompletableFuture()
        .join();
    String before = deployment.measurement();
    assertThat(deployment.stopServer()).isZero();
    deployment.startServer();
    assertThat(deployment.measurement()).isEqualTo(before);
    Discovery again =
        deployment
            .client(account)
            .stateStore(state)
            .build()
            .discover(Numbers.identifiers(5, 15))
            .toCompletableFuture()
            .join();
    assertThat(again.matches()).isEqualTo(Numbers.matches(5, 10));
    assertThat(again.permitsUsed()).isZero();
  }
}
