package org.blindbook.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.noise.StaticKey;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.ScriptedEnclave;
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
  private final ScriptedEnclave enclave = new ScriptedEnclave();
  private final SecureRandom random = new SecureRandom();
  private final LoadCredential loaders =
      new LoadCredential(
          new byte[LoadCredential.KEY_BYTES], Duration.ofHours(1), InstantSource.system());
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    String config = "bulk-evaluations.per-day: " + PER_DAY;
    server = new RunningServer(folder, config, () -> enclave, Optional.of(loaders));
    server.server.awaitReady();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<byte[]> post(byte[] body, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + "/v1/evaluations"))
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

  private byte[] batch(int count) throws Exception {
    byte[] key = StaticKey.generate(random).publicKey();
    return SealedBatch.seal(key, 1, Collections.nCopies(count, new byte[9]), random).encoded();
  }

  private static byte[] elements(int count, int capacity) {
    return EvaluationRequest.create(1, count, new byte[32], new byte[32 * capacity]).encoded();
  }

  private String ready() throws Exception {
    return new String(server.get("/health/ready").body());
  }

  @Test
  void whatIsEvaluatedIsCountedUpToTheDaysLimit() throws Exception {
    assertThat(post(batch(3)).body()).hasSize(3 * 16);
    assertThat(post(elements(5, 64)).body()).hasSize(64 * 32);
    assertThat(ready()).contains("\"bulkEvaluated\":8");
    assertThat(post(batch(512)).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> refused = post(elements(512, 512));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValueAsLong("retry-after")).isPresent();
    assertThat(ready()).contains("\"bulkEvaluated\":520", "\"bulkRefused\":512");
  }

  @Test
  void whatIsNoBatchIsRefusedAndNotCounted() throws Exception {
    byte[] good = batch(3);
    assertThat(post(good, "Blindbook-Load 1:" + "0".repeat(64)).statusCode()).isEqualTo(401);
    byte[] tooMany = good.clone();
    tooMany[6] = 2;
    byte[] inClear = {0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 'n', 'o'};
    for (byte[] bad : new byte[][] {{}, tooMany, inClear, elements(513, 1024)}) {
      assertThat(post(bad).statusCode()).isEqualTo(400);
    }
    assertThat(post(new byte[SealedBatch.MAX_BYTES + 1]).statusCode()).isEqualTo(413);
    assertThat(ready()).contains("\"bulkEvaluated\":0");
  }

  @Test
  void everyRefusalOfTheEnclaveHasItsStatus() throws Exception {
    Map<CallError, Integer> statuses =
        Map.of(
            CallError.WRONG_EPOCH, 409,
            CallError.STALE_KEY, 410,
            CallError.BAD_CALL, 400,
            CallError.NOT_READY, 503,
            CallError.TOO_MANY_SESSIONS, 503);
    for (Map.Entry<CallError, Integer> refusal : statuses.entrySet()) {
      enclave.evaluationError = refusal.getKey();
      assertThat(post(batch(1)).statusCode()).isEqualTo(refusal.getValue());
      assertThat(post(elements(1, 64)).statusCode()).isEqualTo(refusal.getValue());
    }
  }
}
