package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * A messenger's backend in the {@link KillCampaignIT}, which changes registrations at a server that
 * may be killed. Half of the time it sends again what was not answered.
 */
final class CampaignBackend {
  private final Deployment deployment;
  private final PossibleSets model;
  private final Lock wholeSet;
  private final Random random;
  private final HttpClient http = HttpClient.newHttpClient();
  private int requests;
  private volatile int acknowledged;
  private volatile int repeated;
  private volatile int unanswered;

  /**
   * @param wholeSet held while registrations are changed
   */
  CampaignBackend(Deployment deployment, PossibleSets model, Lock wholeSet, long seed) {
    this.deployment = deployment;
    this.model = model;
    this.wholeSet = wholeSet;
    this.random = new Random(seed);
  }

  int acknowledged() {
    return acknowledged;
  }

  /** Of those that were acknowledged. */
  int repeated() {
    return repeated;
  }

  int unanswered() {
    return unanswered;
  }

  /** One request, until it is answered or given up. */
  void change() throws Exception {
    SortedMap<Integer, Optional<Integer>> changes = new TreeMap<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      changes.put(
          random.nextInt(KillCampaignIT.OF_THE_OPERATOR, KillCampaignIT.OF_THE_BACKEND),
          Optional.of(random.nextInt(KillCampaignIT.ACCOUNTS)).filter(a -> random.nextInt(3) > 0));
    }
    wholeSet.lock();
    try {
      send(changes, "change-" + ++requests, random.nextBoolean());
    } finally {
      wholeSet.unlock();
    }
  }

  private void send(
      SortedMap<Integer, Optional<Integer>> changes, String name, boolean untilAnswered)
      throws Exception {
    Consumer<SortedMap<Integer, Integer>> change = set -> apply(changes, set);
    boolean mayBeThere = false;
    do {
      try {
        HttpResponse<String> response =
            http.send(request(changes, name), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        if (new JsonObject(response.body()).getBoolean("repeated")) {
          repeated++;
        }
        acknowledged++;
        model.acknowledged(change);
        return;
      } catch (ConnectException nobodyThere) {
        Thread.sleep(50);
      } catch (IOException ended) {
        mayBeThere = true;
      }
    } while (untilAnswered);
    if (mayBeThere) {
      unanswered++;
      model.unanswered(change);
    }
  }

  private static void apply(
      SortedMap<Integer, Optional<Integer>> changes, SortedMap<Integer, Integer> set) {
    changes.forEach(
        (n, account) ->
            account.ifPresentOrElse(registered -> set.put(n, registered), () -> set.remove(n)));
  }

  private HttpRequest request(Map<Integer, Optional<Integer>> changes, String name)
      throws IOException {
    JsonArray list = new JsonArray();
    changes.forEach(
        (n, account) ->
            list.add(
                new JsonObject()
                    .put("identifier", Numbers.text(n))
                    .put("account", account.map(a -> Numbers.account(a).toString()).orElse(null))));
    URI server = deployment.managementUrl().orElseThrow();
    String token = Files.readString(deployment.data().resolve("management.token")).strip();
    return HttpRequest.newBuilder(server.resolve("/v1/registrations"))
        .header("Authorization", "Bearer " + token)
        .header("Idempotency-Key", name)
        .POST(
            HttpRequest.BodyPublishers.ofString(
                new JsonObject().put("changes", list).put("wait", random.nextBoolean()).encode()))
        .build();
  }
}
