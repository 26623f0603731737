package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.Permits;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the messenger app gets, from one deployment with 2,000 registered users. */
class DiscoveryIT {
  private static final int REGISTERED = 2_000;

  @TempDir static Path folder;
  private static Deployment deployment;

  @BeforeAll
  static void start() throws Exception {
    deployment = Deployment.start(folder);
    deployment.load(Numbers.registrations(0, REGISTERED));
    awaitMatches(Numbers.matches(0, 1), Numbers.identifiers(0, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    assertThat(deployment.stopServer()).isZero();
  }

  private static Discovery join(CompletionStage<Discovery> stage) {
    return stage.toCompletableFuture().join();
  }

  private static DiscoveryException failure(CompletionStage<Discovery> stage) {
    Throwable thrown = catchThrowable(() -> stage.toCompletableFuture().join());
    assertThat(thrown).isInstanceOf(CompletionException.class);
    return (DiscoveryException) thrown.getCause();
  }

  /** Fails unless the answer is the expected one within two seconds of now. */
  private static void awaitMatches(Map<Identifier, UUID> expected, List<Identifier> contacts)
      throws Exception {
    DiscoveryClient client = deployment.client(UUID.randomUUID()).build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (!join(client.discover(contacts)).matches().equals(expected)) {
      assertThat(System.nanoTime()).as("time until the change is seen").isLessThan(deadline);
    }
  }

  @Test
  void registeredContactsAreFoundAndOthersAreNot() throws Exception {
    Discovery found =
        join(
            deployment
                .client(UUID.randomUUID())
                .build()
                .discover(Numbers.identifiers(REGISTERED - 20, REGISTERED + 20)));
    assertThat(found.matches()).isEqualTo(Numbers.matches(REGISTERED - 20, REGISTERED));
    assertThat(found.permitsUsed()).isEqualTo(40);
    assertThat(found.measurement()).isEqualTo(deployment.measurement());
    assertThat(found.simulated()).isTrue();
  }

  @Test
  void aBookOf5000ContactsIsAnsweredAndAskingAgainIsFree() throws Exception {
    DiscoveryClient client = deployment.client(UUID.randomUUID()).build();
    Discovery first = join(client.discover(Numbers.identifiers(1_000, 6_000)));
    assertThat(first.matches()).isEqualTo(Numbers.matches(1_000, REGISTERED));
    assertThat(first.permitsUsed()).isEqualTo(5_000);
    Discovery second = join(client.discover(Numbers.identifiers(1_003, 6_003)));
    assertThat(second.matches()).isEqualTo(Numbers.matches(1_003, REGISTERED));
    assertThat(second.permitsUsed()).isEqualTo(3);
    Permits permits = client.permits().join().orElseThrow();
    assertThat(permits.atMost()).isBetween(44_997, 45_010);
    assertThat(permits.atLeast()).isBetween(0, 10);
    assertThat(permits.capacity()).isEqualTo(50_000);
    assertThat(permits.perDay()).isEqualTo(10_000);
  }

  @Test
  void twoClientsAtOnceThatAskForTheSameContactsGetTheirOwnAnswers() throws Exception {
    DiscoveryClient one = deployment.client(UUID.randomUUID()).build();
    DiscoveryClient two = deployment.client(UUID.randomUUID()).build();
    for (int round = 0; round < 5; round++) {
      CompletableFuture<Discovery> first =
          one.discover(Numbers.identifiers(100, 300)).toCompletableFuture();
      CompletableFuture<Discovery> second =
          two.discover(Numbers.identifiers(200, 400)).toCompletableFuture();
      assertThat(first.join().matches()).isEqualTo(Numbers.matches(100, 300));
      assertThat(second.join().matches()).isEqualTo(Numbers.matches(200, 400));
    }
  }

  @Test
  void whatIsLoadedOrDeletedShowsWithinTwoSecondsWithoutARestart() throws Exception {
    List<Identifier> contacts = Numbers.identifiers(50_000, 50_010);
    awaitMatches(Map.of(), contacts);
    deployment.load(Numbers.registrations(50_000, 50_005));
    awaitMatches(Numbers.matches(50_000, 50_005), contacts);
    deployment.unload(List.of(Numbers.text(50_000), Numbers.text(50_001)));
    awaitMatches(Numbers.matches(50_002, 50_005), contacts);
  }

  @Test
  void aWrongMeasurementIsRefusedBeforeAnythingIsSent() throws Exception {
    String policy = Files.readString(deployment.trustFile());
    String wrong = "0".repeat(64);
    assertThat(policy).contains(deployment.measurement());
    WireTap wire = new WireTap();
    DiscoveryClient client =
        deployment
            .client(UUID.randomUUID())
            .policy(AppraisalPolicy.parse(policy.replace(deployment.measurement(), wrong)))
            .transport(wire)
            .build();
    DiscoveryException refused = failure(client.discover(Numbers.identifiers(0, 10)));
    assertThat(refused.error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(wire.received).isNotEmpty();
    assertThat(wire.sent).isEmpty();
  }

  @Test
  void aTamperedFrameClosesTheSession() throws Exception {
    for (int tampered = 0; tampered < 3; tampered++) {
      int target = tampered;
      WireTap wire =
          new WireTap(
              (number, message) -> {
                if (number == target) {
                  message[message.length / 2] ^= 1;
                }
                return message;
              });
      DiscoveryClient client =
          deployment.client(UUID.randomUUID()).transport(wire).maxAttempts(1).build();
      DiscoveryException refused = failure(client.discover(Numbers.identifiers(0, 10)));
      assertThat(refused.error()).isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
      assertThat(wire.sent).hasSize(tampered + 1);
    }
  }

  @Test
  void requestsFor300And500ContactsLookTheSameOnTheWire() throws Exception {
    WireTap small = new WireTap();
    WireTap large = new WireTap();
    join(
        deployment
            .client(UUID.randomUUID())
            .transport(small)
            .build()
            .discover(Numbers.identifiers(0, 300)));
    join(
        deployment
            .client(UUID.randomUUID())
            .transport(large)
            .build()
            .discover(Numbers.identifiers(1_900, 2_400)));
    assertThat(small.sent).isEqualTo(large.sent).hasSize(3);
    // Offers differ by a byte or two: the signatures in them are DER.
    assertThat(small.received.subList(1, 4)).isEqualTo(large.received.subList(1, 4));
  }

  @Test
  void theCommandsOfAppAndAuditorWorkAgainstTheServer() throws Exception {
    Path book = Files.write(folder.resolve("book.txt"), List.of("+49 30 1 100 00 07", "nobody"));
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
    assertThat(discovered.out())
        .contains("\"contacts\":1", "\"line\":2", Numbers.account(7).toString())
        .contains("\"permitsUsed\":1", deployment.measurement());
    Deployment.Outcome verified =
        deployment.tryRun(
            "audit",
            "verify",
            "--server",
            deployment.url().toString(),
            "--trust",
            deployment.trustFile().toString(),
            "--json");
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("\"authentic\":true", "\"acceptable\":true");
  }
}
