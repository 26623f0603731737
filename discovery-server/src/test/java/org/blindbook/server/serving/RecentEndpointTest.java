package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host answers at the path of recent registrations. */
class RecentEndpointTest {
  private static final String LONG_AGO = "0";

  @TempDir Path folder;

  private RunningServer server(ScriptedLookup recent) throws Exception {
    RunningServer server =
        new RunningServer(
            folder,
            "recent.days: 7\n",
            new EpochPlan(new TreeSet<>(Set.of(0)), 0),
            epoch -> new RunningServer.Enclaves(ScriptedLookup::new, null, () -> recent),
            Optional.empty());
    server.server.awaitReady();
    return server;
  }

  private static JsonObject health(RunningServer server) throws Exception {
    return new JsonObject(new String(server.get(Paths.READY).body()));
  }

  private static void awaitRecent(RunningServer server) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!health(server).getJsonObject("recent").getBoolean("ready")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static HttpResponse<?> refused(RunningServer server, String... headers) {
    return TestClient.refused(
        server.server.url() + Paths.RECENT, server.headers(UUID.randomUUID(), headers));
  }

  @Test
  void aClientSaysSinceWhenItMissesChangesAndIsRefusedWhereTheyAreNotAllThere() throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    batch.register(new byte[16], "an account of 16".getBytes());
    try (RegistrationStore store = RegistrationStore.sqlite(folder.resolve("0.db"))) {
      store.apply(batch);
    }
    try (RunningServer server = server(new ScriptedLookup())) {
      awaitRecent(server);
      assertThat(refused(server).statusCode()).isEqualTo(400);
      assertThat(refused(server, Headers.SINCE, "-1").statusCode()).isEqualTo(400);
      assertThat(refused(server, Headers.SINCE, LONG_AGO).statusCode()).isEqualTo(410);
      String soon = Long.toString(Instant.now().getEpochSecond() + 5);
      TestClient client = server.connect(Paths.RECENT, UUID.randomUUID(), Headers.SINCE, soon);
      assertThat(client.next()).as("the offer").isNotEmpty();
      client.leave();
    }
  }

  @Test
  void theServiceIsReadyWithoutIt() throws Exception {
    ScriptedLookup never = new ScriptedLookup();
    never.ready = false;
    try (RunningServer server = server(never)) {
      JsonObject health = health(server);
      assertThat(health.getBoolean("ready")).isTrue();
      assertThat(health.getJsonObject("recent").getBoolean("ready")).isFalse();
      assertThat(health.getString("reason")).startsWith("recent: ");
      TestClient client = server.connect(Paths.RECENT, UUID.randomUUID(), Headers.SINCE, LONG_AGO);
      client.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      server.connect().leave();
    }
  }

  @Test
  void withoutTheSettingThereIsNothing() throws Exception {
    try (RunningServer server = RunningServer.ready(folder, "", new ScriptedLookup())) {
      assertThat(refused(server, Headers.SINCE, LONG_AGO).statusCode()).isEqualTo(404);
      assertThat(server.get(Paths.RECENT_OFFER + "?nonce=" + "00".repeat(32)).statusCode())
          .isEqualTo(404);
      assertThat(health(server).containsKey("recent")).isFalse();
    }
  }
}
