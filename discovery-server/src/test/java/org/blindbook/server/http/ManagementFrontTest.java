package org.blindbook.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.enclavehost.TableProgress;
import org.blindbook.server.epochs.Enclaves;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.ManagementToken;
import org.blindbook.server.registrations.Account;
import org.blindbook.server.registrations.Position;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementFrontTest {
  private static final String ACCOUNT = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private RegistrationStore store;
  private String token;
  private URI url;
  private int epoch;
  private volatile long tableSequence;

  /** One lookup enclave, whose table is where the test says. */
  private final Enclaves enclaves =
      new Enclaves() {
        @Override
        public Set<EnclaveRole> roles() {
          return Set.of(EnclaveRole.LOOKUP);
        }

        @Override
        public OptionalInt choose(List<Integer> usable) {
          return OptionalInt.of(epoch);
        }

        @Override
        public Optional<? extends EnclaveConnection> of(EnclaveRole role, int wanted) {
          return Optional.empty();
        }

        @Override
        public Optional<EvaluatorConnection> evaluator(int wanted) {
          return Optional.empty();
        }

        @Override
        public boolean recentReachesBackTo(Instant since, int wanted) {
          return false;
        }

        @Override
        public List<EpochStatus> statuses() {
          TableProgress table = new TableProgress(0, tableSequence, tableSequence);
          return List.of(
              new EpochStatus(
                  epoch,
                  true,
                  new TreeMap<>(
                      Map.of(EnclaveRole.LOOKUP, new EnclaveStatus(true, Phase.READY, table))),
                  Optional.empty()));
        }
      };

  @BeforeEach
  void start() throws Exception {
    store = RegistrationStore.sqlite(folder.resolve("registrations.db"));
    ManagementToken management = ManagementToken.of(DataDirectory.open(folder));
    token = java.nio.file.Files.readString(folder.resolve("management.token")).strip();
    ManagementFront front =
        new ManagementFront(
            new ChangesEndpoint.Shared(
                enclaves, e -> store, management::admits, InstantSource.system()),
            new HttpServerOptions().setHost("127.0.0.1").setPort(0));
    vertx.deployVerticle(front).await(10, TimeUnit.SECONDS);
    url = URI.create("http://127.0.0.1:" + front.port() + "/v1/registrations");
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    http.close();
    store.close();
  }

  private static JsonObject change(String identifier, String account) {
    return new JsonObject().put("identifier", identifier).put("account", account);
  }

  private static JsonObject changes(JsonObject... changes) {
    return new JsonObject().put("changes", new JsonArray(List.of(changes)));
  }

  private HttpResponse<String> post(String name, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", name)
            .POST(BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject written(String name, JsonObject body) throws Exception {
    HttpResponse<String> answer = post(name, body.encode());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  @Test
  void aChangeIsStoredAndLaterDiscoverable() throws Exception {
    JsonObject body = changes(change("+49 30 1234567", ACCOUNT), change("a@b.example", null));
    JsonObject stored = written("one", body);
    assertThat(stored.getString("state")).isEqualTo("stored");
    assertThat(stored.getInteger("registered")).isEqualTo(1);
    assertThat(stored.getInteger("unchanged")).isEqualTo(1);
    byte[] key = LookupKey.truncated(Identifier.parse("+49301234567")).bytes();
    assertThat(store.changesBetween(0, Long.MAX_VALUE, Update.MAX_ENTRIES).entries())
        .startsWith(key)
        .hasSize(32);

    Thread table =
        Thread.startVirtualThread(
            () -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              tableSequence = Long.MAX_VALUE;
            });
    JsonObject discoverable =
        written("two", changes(change("+49 30 1234567", null)).put("wait", true));
    assertThat(discoverable.getString("state")).isEqualTo("discoverable");
    assertThat(discoverable.getInteger("unregistered")).isEqualTo(1);
    table.join();
    assertThat(store.registered()).isZero();
  }

  /** Who leaves is not found under a number from before the plan changed, either. */
  @Test
  void aSubscriberIsRegisteredUnderTodaysNumberAndUnregisteredUnderAll() throws Exception {
    written("one", changes(change("+52 1 55 6100 0201", ACCOUNT)));
    byte[] today = LookupKey.truncated(Identifier.parse("+525561000201")).bytes();
    assertThat(store.changesAfter(new Position(0, 0), Update.MAX_ENTRIES).entries())
        .startsWith(today)
        .hasSize(32);
    RegistrationBatch before = new RegistrationBatch();
    before.register(
        LookupKey.truncated(Identifier.parse("+5215561000201")).bytes(),
        Account.bytes(UUID.fromString(ACCOUNT)));
    store.apply(before);
    assertThat(written("two", changes(change("+52 55 6100 0201", null))).getInteger("unregistered"))
        .isEqualTo(2);
    assertThat(store.registered()).isZero();
  }

  @Test
  void aRequestThatIsSentAgainUndoesNothing() throws Exception {
    JsonObject register = changes(change("+49301234567", ACCOUNT));
    assertThat(written("one", register).getBoolean("repeated")).isFalse();
    written("two", changes(change("+49301234567", null)));
    assertThat(written("one", register).getBoolean("repeated")).isTrue();
    assertThat(store.registered()).isZero();
    HttpResponse<String> other = post("one", changes(change("+49301234568", ACCOUNT)).encode());
    assertThat(other.statusCode()).isEqualTo(409);
  }

  @Test
  void whatIsWrongIsSaidAndNothingIsWritten() throws Exception {
    JsonObject good = change("+49301234567", ACCOUNT);
    for (JsonObject bad :
        List.of(
            change("nobody", ACCOUNT),
            change("+4915161009001.0", ACCOUNT),
            change("@me", ACCOUNT),
            change("+49301234567", "me"),
            change("+49301234567", "00000000-0000-0000-0000-000000000000"),
            new JsonObject().put("identifier", "+49301234567"),
            new JsonObject().put("identifier", 49301234567L).put("account", ACCOUNT),
            new JsonObject().put("key", "00").put("account", ACCOUNT),
            new JsonObject().put("account", ACCOUNT),
            change("+49301234567", ACCOUNT).put("more", 1))) {
      HttpResponse<String> answer = post("bad", changes(good, bad).encode());
      assertThat(answer.statusCode()).as(bad.encode()).isEqualTo(400);
      JsonObject error = new JsonObject(answer.body());
      assertThat(error.getInteger("change")).isEqualTo(1);
      assertThat(error.getString("error")).startsWith("Nothing was written: ");
      assertThat(answer.body()).doesNotContain("4930");
    }
    for (String bad :
        List.of(
            "",
            "[]",
            "{}",
            "{\"changes\":[]}",
            "{\"changes\":1}",
            "x",
            changes(good).put("wait", 1).encode(),
            changes(good).put("epoch", 1).encode(),
            changes(good).put("more", 1).encode(),
            changes(Collections.nCopies(1001, good).toArray(new JsonObject[0])).encode())) {
      assertThat(post("bad", bad).statusCode()).as(bad).isBetween(400, 413);
    }
    assertThat(post("no name", changes(good).encode()).statusCode()).isEqualTo(400);
    assertThat(store.head()).isZero();
  }

  @Test
  void keysAreTakenInModeBlindedWithTheirEpochAndIdentifiersAreNot() throws Exception {
    epoch = 3;
    JsonObject key = new JsonObject().put("key", "00".repeat(15) + "aB").put("account", ACCOUNT);
    assertThat(written("one", changes(key).put("epoch", 3)).getInteger("registered")).isEqualTo(1);
    assertThat(post("two", changes(key).encode()).statusCode()).isEqualTo(400);
    assertThat(post("two", changes(key).put("epoch", 4).encode()).statusCode()).isEqualTo(409);
    HttpResponse<String> identifier =
        post("two", changes(change("+49301234567", ACCOUNT)).put("epoch", 3).encode());
    assertThat(identifier.statusCode()).isEqualTo(400);
    assertThat(identifier.body()).contains("no host makes one of an identifier");
  }

  @Test
  void onlyTheTokenAdmits() throws Exception {
    String right = token;
    for (String wrong : List.of("", "0".repeat(64), right.substring(1), right + "0")) {
      token = wrong;
      HttpResponse<String> answer = post("one", changes(change("+49301234567", ACCOUNT)).encode());
      assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
    java.nio.file.Files.writeString(folder.resolve("management.token"), "1".repeat(64));
    token = right;
    assertThat(post("one", changes(change("+49301234567", ACCOUNT)).encode()).statusCode())
        .as("after it was changed")
        .isEqualTo(401);
    assertThat(store.head()).isZero();
  }

  @Test
  void saysHowFarStoreAndLookupsAreAndHowItIsUsed() throws Exception {
    written("one", changes(change("+49301234567", ACCOUNT)));
    tableSequence = 0;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).header("Authorization", "Bearer " + token);
    HttpResponse<String> progress =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    JsonObject only = new JsonObject(progress.body()).getJsonObject("epochs").getJsonObject("0");
    assertThat(only.getLong("stored")).isEqualTo(store.head());
    assertThat(only.getLong("discoverable")).isZero();
    HttpResponse<String> description =
        http.send(
            HttpRequest.newBuilder(url.resolve("openapi.yaml")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(description.body()).startsWith("openapi: 3").contains("/v1/registrations");
  }
}
