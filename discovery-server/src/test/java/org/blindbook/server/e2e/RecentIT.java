package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.transport.JdkWebSocketTransport;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two enclaves of one image: one has all registrations, one the newest quarter at most. */
class RecentIT {
  private static final int REGISTERED = 2_000;

  /** Later than what was loaded by more than a client's margin; the keys are in use for a day. */
  private static final Clock IN_TWO_HOURS = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));

  @TempDir static Path folder;
  private static Deployment deployment;

  @BeforeAll
  static void start() throws Exception {
    deployment = Deployment.start(folder, "recent.days: 7", "channel-key.lifetime-seconds: 86400");
    deployment.load(Numbers.registrations(0, REGISTERED));
    deployment.awaitRecords(REGISTERED);
    awaitRecent(REGISTERED / 4 - REGISTERED / 4 / 8);
  }

  @AfterAll
  static void stop() throws Exception {
    assertThat(deployment.stopServer()).isZero();
  }

  private static void awaitRecent(int records) throws Exception {
    awaitRecent(deployment, records);
  }

  private static void awaitRecent(Deployment service, int records) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!isRecent(service, records)) {
      assertThat(System.nanoTime()).as("time until they are recent").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static boolean isRecent(Deployment service, int records) throws Exception {
    var recent = service.health().getJsonObject("recent");
    return recent.getBoolean("ready") && recent.getInteger("records", 0) == records;
  }

  private static DiscoveryClient.Builder client() throws Exception {
    return deployment.client(UUID.randomUUID()).clock(IN_TWO_HOURS);
  }

  @Test
  void whoIsNewSinceTheLastFullDiscoveryIsFoundAndNobodyElse() throws Exception {
    List<Identifier> contacts = Numbers.identifiers(REGISTERED - 1_990, REGISTERED + 20);
    DiscoveryClient client = client().build();
    Discovery first = client.discoverRecent(contacts).join();
    assertThat(first.coverage().recent()).as("the first is a full one").isFalse();
    assertThat(first.matches()).isEqualTo(Numbers.matches(REGISTERED - 1_990, REGISTERED));

    int before = deployment.health().getJsonObject("recent").getInteger("records");
    deployment.load(Numbers.registrations(REGISTERED, REGISTERED + 10));
    awaitRecent(before + 10);
    Discovery recent = client.discoverRecent(contacts).join();
    assertThat(recent.coverage().recent()).isTrue();
    assertThat(recent.matches())
        .hasSizeBetween(before, REGISTERED / 4)
        .containsAllEntriesOf(Numbers.matches(REGISTERED, REGISTERED + 10));
    assertThat(recent.permitsUsed()).isEqualTo(contacts.size());
    assertThat(recent.addedTo(first.matches()))
        .isEqualTo(Numbers.matches(REGISTERED - 1_990, REGISTERED + 10));
    assertThat(recent.measurement()).isEqualTo(deployment.measurement());
  }

  @Test
  void whoAskedForAllBeforeWhatIsRecentBeganAsksForAllAgain() throws Exception {
    DiscoveryClient client =
        deployment.client(UUID.randomUUID()).build(); // whose margin reaches behind the load
    List<Identifier> contacts = Numbers.identifiers(0, 10);
    client.discover(contacts).join();
    Discovery again = client.discoverRecent(contacts).join();
    assertThat(again.coverage().recent()).isFalse();
    assertThat(again.matches()).isEqualTo(Numbers.matches(0, 10));
  }

  /** Opens another path than the client asks for. */
  private record Swapping(String path, String by) implements Transport {
    @Override
    public Connection connect(URI uri, Map<String, String> headers, Duration timeout)
        throws IOException {
      URI swapped = URI.create(uri.toString().replace(path, by));
      return new JdkWebSocketTransport().connect(swapped, headers, timeout);
    }
  }

  @Test
  void anEnclaveInPlaceOfTheOtherIsToldNothing() throws Exception {
    List<Identifier> contacts = Numbers.identifiers(0, 10);
    DiscoveryClient client =
        client().transport(new Swapping("/v1/recent", "/v1/discovery")).build();
    client.discover(contacts).join();
    assertThat(catchThrowable(() -> client.discoverRecent(contacts).join()))
        .cause()
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            failure -> assertThat(failure.error()).isEqualTo(DiscoveryError.WRONG_ROLE));
  }

  @Test
  void inModeBlindedWhoIsNewIsFoundForNothing(@TempDir Path other) throws Exception {
    Path config =
        Files.writeString(other.resolve("long.yaml"), "channel-key.lifetime-seconds: 86400\n");
    List<String> options =
        List.of("--mode", "blinded", "--recent-days", "7", "--config", config.toString());
    try (Deployment blinded = Deployment.startWith(other, options)) {
      blinded.load(Numbers.registrations(0, 80));
      awaitRecent(blinded, 18);
      DiscoveryClient client = blinded.client(UUID.randomUUID()).clock(IN_TWO_HOURS).build();
      List<Identifier> contacts = Numbers.identifiers(0, 90);
      assertThat(client.discover(contacts).join().permitsUsed()).isEqualTo(90);
      blinded.load(Numbers.registrations(80, 82));
      awaitRecent(blinded, 20);
      Discovery recent = client.discoverRecent(contacts).join();
      assertThat(recent.coverage().recent()).isTrue();
      assertThat(recent.matches()).hasSize(20).containsAllEntriesOf(Numbers.matches(80, 82));
      assertThat(recent.permitsUsed()).isZero();
    }
  }
}
