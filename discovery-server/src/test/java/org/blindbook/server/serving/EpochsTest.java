package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.blindbook.server.epochs.EpochPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which epoch's enclave a client gets while epochs come and go. */
@Timeout(30)
class EpochsTest {
  private static final String EPOCHS = Headers.EPOCHS;

  @TempDir Path folder;
  private final Map<Integer, ScriptedLookup> enclaves =
      new ConcurrentHashMap<>(Map.of(1, new ScriptedLookup(), 2, new ScriptedLookup()));

  private static EpochPlan plan(int serving, Integer... live) {
    return new EpochPlan(new TreeSet<>(Set.of(live)), serving);
  }

  /** An enclave for epoch 1 and one for epoch 2; none for any other. */
  private RunningServer start() throws Exception {
    RunningServer server =
        new RunningServer(
            folder,
            "",
            plan(1, 1),
            epoch ->
                enclaves.containsKey(epoch) ? RunningServer.Enclaves.of(enclaves.get(epoch)) : null,
            Optional.empty());
    server.server.awaitReady();
    return server;
  }

  private TestClient connect(RunningServer server, String... headers) throws Exception {
    TestClient client = server.connect(UUID.randomUUID(), headers);
    client.next();
    return client;
  }

  /** The epoch whose enclave a new client gets. */
  private int epochOf(RunningServer server, String... headers) throws Exception {
    int before = enclaves.get(1).openSessions.size();
    TestClient client = connect(server, headers);
    int epoch = enclaves.get(1).openSessions.size() > before ? 1 : 2;
    client.socket.abort();
    await().until(() -> enclaves.get(1).openSessions.size() == before);
    return epoch;
  }

  private static JsonArray health(RunningServer server) throws Exception {
    return new JsonObject(new String(server.get("/health/ready").body())).getJsonArray("epochs");
  }

  private static void awaitReady(RunningServer server, int epochs) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                health(server).size() == epochs
                    && health(server).stream()
                        .allMatch(epoch -> ((JsonObject) epoch).getBoolean("ready")));
  }

  @Test
  void theServingEpochGoesFirstThenTheLatestThatTheClientCanUse() throws Exception {
    try (RunningServer server = start()) {
      server.plan = plan(1, 1, 2);
      awaitReady(server, 2);
      assertThat(epochOf(server)).isEqualTo(1);
      assertThat(epochOf(server, EPOCHS, "1,2")).isEqualTo(1);
      assertThat(epochOf(server, EPOCHS, "2")).isEqualTo(2);
      server.plan = plan(2, 1, 2);
      await().until(() -> epochOf(server) == 2);
      assertThat(epochOf(server, EPOCHS, "1,2")).isEqualTo(2);
      assertThat(epochOf(server, EPOCHS, "1,7")).isEqualTo(1);
      server.connect(UUID.randomUUID(), EPOCHS, "3,7").assertClosed(CloseCode.WRONG_EPOCH);
      assertThat(server.get("/v1/offer?nonce=" + "00".repeat(32) + "&epoch=1").statusCode())
          .isEqualTo(200);
      assertThat(server.get("/v1/offer?nonce=" + "00".repeat(32) + "&epoch=3").statusCode())
          .isEqualTo(409);
    }
  }

  @Test
  void whatIsNoListOfEpochsIsRefused() throws Exception {
    try (RunningServer server = start()) {
      for (String list : new String[] {"0", "1,", "1, 2", "x", "", "1,2,3,4,5,6,7,8,9"}) {
        HttpResponse<?> answer =
            TestClient.refused(
                server.server.url() + "/v1/discovery",
                Map.of(
                    "Authorization",
                    "Blindbook " + server.credential(UUID.randomUUID()),
                    EPOCHS,
                    list));
        assertThat(answer.statusCode()).as(list).isEqualTo(400);
      }
    }
  }

  @Test
  void anEpochThatIsNotReadyDoesNotServe() throws Exception {
    enclaves.get(2).ready = false;
    try (RunningServer server = start()) {
      server.plan = plan(2, 2);
      await().until(() -> health(server).size() == 2);
      Thread.sleep(500);
      assertThat(epochOf(server, EPOCHS, "1,2")).isEqualTo(1);
      assertThat(server.deleted).isEmpty();
      enclaves.get(2).ready = true;
      await().until(() -> server.deleted.equals(Set.of(1)));
      connect(server, EPOCHS, "1,2");
      assertThat(enclaves.get(2).openSessions).isNotEmpty();
    }
  }

  @Test
  void whoIsConnectedToARetiredEpochMayFinish() throws Exception {
    try (RunningServer server = start()) {
      TestClient client = connect(server);
      server.plan = plan(2, 1, 2);
      await().until(() -> epochOf(server) == 2);
      server.plan = plan(2, 2);
      server.connect(UUID.randomUUID(), EPOCHS, "7").assertClosed(CloseCode.WRONG_EPOCH);
      await().until(() -> health(server).size() == 1);
      server.connect(UUID.randomUUID(), EPOCHS, "1").assertClosed(CloseCode.WRONG_EPOCH);

      client.send((byte) 5);
      assertThat(client.next()).containsExactly(5);
      Thread.sleep(300);
      assertThat(server.deleted).isEmpty();
      client.socket.abort();
      await().until(() -> server.deleted.equals(Set.of(1)));
    }
  }

  @Test
  void theEndOfOneEnclaveIsNoMatterOfTheOther() throws Exception {
    try (RunningServer server = start()) {
      server.plan = plan(1, 1, 2);
      awaitReady(server, 2);
      TestClient ofSecond = connect(server, EPOCHS, "2");
      TestClient ofFirst = connect(server);
      server.launcher.kill();
      ofFirst.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      ofSecond.send((byte) 5);
      assertThat(ofSecond.next()).containsExactly(5);
    }
  }

  @Test
  void anEpochThatCannotBeOpenedLeavesTheOthersAlone() throws Exception {
    try (RunningServer server = start()) {
      server.plan = plan(3, 1, 3);
      Thread.sleep(500);
      assertThat(epochOf(server)).isEqualTo(1);
      server.plan = null; // unreadable
      Thread.sleep(500);
      assertThat(epochOf(server)).isEqualTo(1);
      server.plan = plan(1, 1, 2);
      awaitReady(server, 2);
    }
  }

  @Test
  void anEpochThatCouldNotBeOpenedIsTriedAgain() throws Exception {
    ScriptedLookup second = enclaves.remove(2);
    try (RunningServer server = start()) {
      server.plan = plan(1, 1, 2);
      Thread.sleep(500);
      assertThat(health(server)).hasSize(1);
      enclaves.put(2, second);
      awaitReady(server, 2);
    }
  }

  @Test
  void aDefectDoesNotEndTheFollowingOfEpochs() throws Exception {
    AtomicInteger defects = new AtomicInteger(1);
    try (RunningServer server =
        new RunningServer(
            folder,
            "",
            plan(1, 1),
            epoch -> {
              if (epoch == 2 && defects.getAndDecrement() > 0) {
                throw new ArithmeticException("a defect");
              }
              return RunningServer.Enclaves.of(enclaves.get(epoch));
            },
            Optional.empty())) {
      server.server.awaitReady();
      server.plan = plan(1, 1, 2);
      awaitReady(server, 2);
    }
  }
}
