package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the data directory is full: whoever has to write is refused with a sentence, the
 * server goes on, and when there is room again it needs nobody. What was acknowledged is found.
 */
@Timeout(300)
class FullDiskIT {
  private static final int MEBIBYTES = 32;
  private static final int LOADED = 50;
  private static final int CHANGES = 500;
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Deployment deployment;
  private DiscoveryClient client;
  private int registered = LOADED;
  private int requests;

  @Test
  void theServerOutlivesAFullDiskAndLosesNothing() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), MEBIBYTES);
        Deployment started =
            Deployment.startWith(
                folder, List.of("--config", config().toString(), "--management-port", "0"))) {
      deployment = started;
      client = deployment.client(UUID.randomUUID()).stateStore(new InMemoryStateStore()).build();
      deployment.load(Numbers.registrations(0, LOADED));
      deployment.awaitRecords(LOADED);
      assertThat(discover(LOADED)).isEqualTo(Numbers.matches(0, LOADED));
      Path snapshot = deployment.data().resolve("snapshot.sealed");
      Awaitility.await().atMost(SOON).until(() -> Files.exists(snapshot));
      FileTime before = Files.getLastModifiedTime(snapshot);
      // Long before the next snapshot, so that there will be something to write into one.
      assertThat(register(CHANGES)).isEqualTo(200);
      disk.fill();
      registerUntilRefused();
      int paid = discoverUntilRefused();
      loadIsRefused();
      awaitLog(
          "ERROR TableFeed: no snapshot is written", "ERROR TableFeed: the snapshot cannot be");
      assertThat(Files.getLastModifiedTime(snapshot)).isEqualTo(before);
      assertThat(deployment.isReady()).isTrue();
      deployment.killEnclave();
      awaitLog("No space left on device");
      assertThat(deployment.host().isAlive()).isTrue();

      disk.empty();
      deployment.awaitReady();
      awaitRegistered();
      Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> discover(paid) != null);
      assertThat(discover(registered + 10)).isEqualTo(Numbers.matches(0, registered));
      assertThat(register(CHANGES)).isEqualTo(200);
      Awaitility.await()
          .atMost(SOON)
          .until(() -> Files.getLastModifiedTime(snapshot).compareTo(before) > 0);
      deployment.run("check", "--data-dir", deployment.data().toString());
    }
  }

  private Path config() throws Exception {
    return Files.write(
        folder.resolve("serve.yaml"),
        List.of(
            "account: {work-milliseconds: 3000000, work-per-hour-milliseconds: 36000000}",
            "snapshot.every-seconds: 10",
            Deployment.PATIENT));
  }

  private void awaitRegistered() throws Exception {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(deployment.health().getInteger("records")).isEqualTo(registered));
  }

  private void awaitLog(String... either) {
    Awaitility.await()
        .atMost(SOON)
        .until(() -> Stream.of(either).anyMatch(Files.readString(deployment.log())::contains));
  }

  /** What exists of a file may be written again; so it takes some requests. */
  private void registerUntilRefused() throws Exception {
    int status = 200;
    for (int i = 0; status == 200; i++) {
      assertThat(i).as("requests before the disk is full").isLessThan(200);
      status = register(CHANGES);
    }
    assertThat(status).isEqualTo(503);
    awaitRegistered();
  }

  private int register(int count) throws Exception {
    JsonArray changes = new JsonArray();
    for (int n = registered; n < registered + count; n++) {
      changes.add(
          new JsonObject()
              .put("identifier", Numbers.text(n))
              .put("account", Numbers.account(n).toString()));
    }
    String token = Files.readString(deployment.data().resolve("management.token")).strip();
    HttpRequest request =
        HttpRequest.newBuilder(
                deployment.managementUrl().orElseThrow().resolve("/v1/registrations"))
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", "change-" + ++requests)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    new JsonObject().put("changes", changes).encode()))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == 200) {
      registered += count;
    } else {
      assertThat(response.body()).contains("The store of registrations cannot be written now");
    }
    return response.statusCode();
  }

  /** Contacts that are new have to be paid for, and that has to be on disk. */
  private int discoverUntilRefused() {
    for (int paid = LOADED; paid < LOADED + 200; paid++) {
      try {
        assertThat(discover(paid)).isEqualTo(Numbers.matches(0, paid));
      } catch (CompletionException e) {
        assertThat(((DiscoveryException) e.getCause()).error())
            .isEqualTo(DiscoveryError.OVERLOADED);
        return paid;
      }
    }
    throw new AssertionError("the ledgers were written to a full disk");
  }

  private Map<Identifier, UUID> discover(int contacts) {
    return client.discover(Numbers.identifiers(0, contacts)).join().matches();
  }

  private void loadIsRefused() throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    Numbers.registrations(100_000, 200_000).forEach((text, a) -> lines.add(text + "," + a));
    Path file = Files.write(folder.resolve("many.csv"), lines);
    Deployment.Outcome load =
        deployment.tryRun("load", "--data-dir", deployment.data().toString(), file.toString());
    assertThat(load.exitCode()).isEqualTo(2);
    assertThat(load.err()).contains("the disk is full: make room").doesNotContain("\tat ");
  }
}
