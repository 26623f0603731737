package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.blindbook.edge.endpoint.BulkEvaluation;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.ScriptedEvaluator;
import org.blindbook.server.epochs.EpochPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the host lets through to an evaluator, what it counts, and how it refuses. */
@Timeout(30)
class BulkEvaluationTest {
  private static final int PER_DAY = 1_000;

  @TempDir Path folder;
  private final ScriptedEvaluator enclave = new ScriptedEvaluator(1);
  private final LoadCredential loaders =
      new LoadCredential(
          new byte[LoadCredential.KEY_BYTES], Duration.ofHours(1), InstantSource.system());
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    String config = "bulk-evaluations.per-day: " + PER_DAY;
    server =
        new RunningServer(
            folder,
            config,
            new EpochPlan(new TreeSet<>(Set.of(1)), 1),
            epoch -> new RunningServer.Enclaves(null, () -> enclave),
            Optional.of(loaders));
    server.server.awaitReady();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<byte[]> post(byte[] body, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + Paths.BULK_EVALUATION))
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofByteArray());
    }
  }

  private HttpResponse<byte[]> post(byte[] body) throws Exception {
    return post(body, LoadCredential.header(loaders.mint()));
  }

  private static byte[] elements(int count, int capacity) {
    return new EvaluationRequestWriter(1, count, new byte[32], new byte[32 * capacity]).encoded();
  }

  private String ready() throws Exception {
    return new String(server.get("/health/ready").body());
  }

  @Test
  void whatIsEvaluatedIsCountedUpToTheDaysLimit() throws Exception {
    assertThat(post(elements(5, 64)).body()).hasSize(EvaluationReply.length(64));
    assertThat(ready()).contains("\"bulkEvaluated\":5");
    assertThat(post(elements(512, 512)).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> refused = post(elements(512, 512));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValueAsLong("retry-after")).isPresent();
    assertThat(ready()).contains("\"bulkEvaluated\":517", "\"bulkRefused\":512");
  }

  @Test
  void whatIsNoBatchIsRefusedAndNotCounted() throws Exception {
    byte[] good = elements(3, 64);
    assertThat(post(good, "Blindbook-Load 1:" + "0".repeat(64)).statusCode()).isEqualTo(401);
    byte[] moreThanItHolds = good.clone();
    moreThanItHolds[EvaluationRequest.COUNT_AT + 2] = 1;
    byte[] cutOff = Arrays.copyOf(good, good.length - 1);
    for (byte[] bad : new byte[][] {{}, moreThanItHolds, cutOff}) {
      assertThat(post(bad).statusCode()).isEqualTo(400);
    }
    int tooMany = 2 * BulkEvaluation.MAX_ELEMENTS;
    assertThat(post(elements(1, tooMany)).statusCode()).isEqualTo(413);
    assertThat(ready()).contains("\"bulkEvaluated\":0");
  }

  @Test
  void everyRefusalOfTheEnclaveHasItsStatus() throws Exception {
    Map<CallError, Integer> statuses =
        Map.of(
            CallError.WRONG_EPOCH, 409,
            CallError.BAD_CALL, 400,
            CallError.NOT_READY, 503,
            CallError.TOO_MANY_SESSIONS, 503);
    for (Map.Entry<CallError, Integer> refusal : statuses.entrySet()) {
      enclave.evaluationError = refusal.getKey();
      assertThat(post(elements(1, 64)).statusCode()).isEqualTo(refusal.getValue());
    }
  }

  @Test
  void aHostThatOnlyEvaluatesLooksNobodyUp() throws Exception {
    assertThat(server.get(Paths.DISCOVERY).statusCode()).isEqualTo(404);
    assertThat(server.get(Paths.DISCOVERY_OFFER).statusCode()).isEqualTo(404);
    assertThat(server.get(Paths.EVALUATION_OFFER).statusCode()).isEqualTo(200);
  }
}
