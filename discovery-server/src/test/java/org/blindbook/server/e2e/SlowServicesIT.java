package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.services.FaultyNetwork;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.NeedsRedis;
import org.blindbook.server.services.PostgresServer;
import org.blindbook.server.services.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A PostgreSQL and a Redis that are not away but slow. Whoever asks gets an answer or a refusal in
 * a bounded time, the server says what is the matter, and goes on by itself when it is over.
 */
@Tag("campaign")
@NeedsPostgres
@NeedsRedis
@Timeout(600)
class SlowServicesIT {
  private static final int DATABASE = 9;
  private static final int OTHERS = 60_000;
  private static final int CONTACTS = 40;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final PostgresServer postgres = PostgresServer.require();
  private final RedisServer redis = RedisServer.require();
  private final HttpClient http = HttpClient.newHttpClient();
  private FaultyNetwork toPostgres;
  private FaultyNetwork toRedis;
  private String database;
  private Deployment deployment;
  private DiscoveryClient client;

  @BeforeEach
  void fillTheStore() throws Exception {
    database = postgres.newDatabase();
    redis.command(DATABASE, "FLUSHDB");
    toPostgres = new FaultyNetwork(new InetSocketAddress(postgres.host(), postgres.port()));
    toRedis = new FaultyNetwork(redis.address());
    try (RegistrationStore store = RegistrationStore.postgres(postgres.address(database), 0)) {
      RegistrationBatch batch = new RegistrationBatch();
      for (int i = 1; i <= OTHERS; i++) {
        byte[] sixteen = ByteBuffer.allocate(16).putInt(i).putInt(8, i).array();
        batch.register(sixteen, sixteen);
      }
      store.apply(batch);
    }
    register(0, 20);
  }

  @AfterEach
  void closeAll() throws Exception {
    if (deployment != null) {
      deployment.close();
    }
    toPostgres.close();
    toRedis.close();
    redis.command(DATABASE, "FLUSHDB");
  }

  @Test
  void slownessEndsNothingLosesNothingAndIsSaid() throws Exception {
    startFromASlowStore();
    assertThat(discover(20)).isEqualTo(Numbers.matches(0, 20));
    throughASlowPostgres();
    throughASlowRedis();
    assertThat(discover(CONTACTS)).as("all were paid once").isEqualTo(Numbers.matches(0, 24));
  }

  private void startFromASlowStore() throws Exception {
    toPostgres.slow(Duration.ofMillis(100));
    long start = System.nanoTime();
    Path config =
        Files.write(
            folder.resolve("serve.yaml"),
            List.of(
                "permits: {capacity: " + CONTACTS + ", refill-per-day: 1}",
                "ledgers.redis: redis://127.0.0.1:" + toRedis.port() + "/" + DATABASE,
                Deployment.PATIENT));
    Path home = Files.createDirectory(folder.resolve("home"));
    deployment =
        Deployment.startWith(
            home,
            List.of(
                "--config",
                config.toString(),
                "--management-port",
                "0",
                "--registrations",
                postgres.url(toPostgres.port(), database)));
    toPostgres.restore();
    assertThat(since(start)).as("a start that took its time").isGreaterThan(Duration.ofSeconds(30));
    assertThat(deployment.log())
        .content()
        .containsPattern(
            "blindbook: not ready after \\d+ s: the enclave is catching up with the store \\(");
    client =
        deployment
            .client(UUID.randomUUID())
            .stateStore(new InMemoryStateStore())
            .maxAttempts(1)
            .build();
  }

  /** Who is looked up is in the enclave; what is registered takes as long as it takes. */
  private void throughASlowPostgres() throws Exception {
    toPostgres.slow(Duration.ofSeconds(2));
    CompletableFuture<Integer> backend = CompletableFuture.supplyAsync(() -> change(20, 22));
    register(22, 24);
    Awaitility.await().atMost(SOON).until(() -> behindMillis() > 3_000);
    long start = System.nanoTime();
    assertThat(discover(20)).isEqualTo(Numbers.matches(0, 20));
    assertThat(since(start)).isLessThan(Duration.ofSeconds(5));
    assertThat(deployment.isReady()).isTrue();
    assertThat(backend.get(90, TimeUnit.SECONDS)).isIn(200, 503);
    toPostgres.restore();
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(change(20, 22)).as("the same again").isEqualTo(200));
    Awaitility.await().atMost(SOON).until(() -> behindMillis() < 3_000);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(deployment.health().getInteger("records")).isEqualTo(OTHERS + 24));
    assertThat(discover(24)).isEqualTo(Numbers.matches(0, 24));
  }

  private void throughASlowRedis() throws Exception {
    toRedis.slow(Duration.ofMillis(200));
    assertThat(discover(26)).as("slow, and slow enough to work").isEqualTo(Numbers.matches(0, 24));
    assertThat(ledgers()).isEqualTo("reachable");
    toRedis.slow(Duration.ofSeconds(2));
    long start = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(30)).isEqualTo(DiscoveryError.OVERLOADED);
    }
    assertThat(since(start)).as("five refusals").isLessThan(Duration.ofSeconds(20));
    assertThat(ledgers()).isEqualTo("unreachable");
    assertThat(deployment.health().getInteger("ledgerFailures")).isPositive();
    toRedis.restore();
    Awaitility.await().atMost(SOON).until(() -> ledgers().equals("reachable"));
    Awaitility.await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(discover(30)).isEqualTo(Numbers.matches(0, 24)));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private long behindMillis() throws Exception {
    return deployment.health().getLong("behindMillis");
  }

  private String ledgers() throws Exception {
    return deployment.health().getString("ledgers");
  }

  private Map<Identifier, UUID> discover(int contacts) {
    return client.discover(Numbers.identifiers(0, contacts)).join().matches();
  }

  private DiscoveryError refusal(int contacts) {
    try {
      discover(contacts);
      throw new AssertionError("the ledger was read from a Redis that does not answer in time");
    } catch (CompletionException e) {
      return ((DiscoveryException) e.getCause()).error();
    }
  }

  /** By plain SQL, past the slow network. */
  private void register(int from, int to) throws Exception {
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement()) {
      for (int n = from; n < to; n++) {
        statement.execute(
            "INSERT INTO blindbook.registrations (key, account)"
                + " VALUES (blindbook.lookup_key('tel:%s'), '%s')"
                    .formatted(Numbers.text(n), Numbers.account(n)));
      }
    }
  }

  /** By the management port; gives the status. */
  private int change(int from, int to) {
    JsonArray changes = new JsonArray();
    for (int n = from; n < to; n++) {
      changes.add(
          new JsonObject()
              .put("identifier", Numbers.text(n))
              .put("account", Numbers.account(n).toString()));
    }
    try {
      String token = Files.readString(deployment.data().resolve("management.token")).strip();
      HttpRequest request =
          HttpRequest.newBuilder(
                  deployment.managementUrl().orElseThrow().resolve("/v1/registrations"))
              .header("Authorization", "Bearer " + token)
              .header("Idempotency-Key", "the-only-change")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      new JsonObject().put("changes", changes).encode()))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
