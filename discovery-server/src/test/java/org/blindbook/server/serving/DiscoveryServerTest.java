package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.ScriptedEnclave;
import org.blindbook.server.enclavehost.ScriptedEvaluator;
import org.blindbook.server.enclavehost.ScriptedLauncher;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DiscoveryServerTest {
  private static final String DEFAULTS = "";
  private static final String TABLE_OF_PLAIN_JAVA = "table: {kernel: plain, threads: 3}\n";
  private static final String TABLE = "\"kernel\":\"plain\",\"threads\":3";
  private static final String LEDGERS = ",\"ledgers\":\"reachable\",\"ledgerFailures\":0";
  private static final String IDLE = ",\"load\":{\"lookup\":{\"queuedMillis\":0,\"refused\":0}}";
  private static final int LARGEST_REQUEST =
      SecureChannel.sealedLength(DiscoveryRequest.length(SizeClass.LARGEST));
  private static final byte[] NONE = {};
  private static final String NONCE = "0123456789abcdef".repeat(4);

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();

  private RunningServer start(String config) throws Exception {
    return RunningServer.ready(folder, config, enclave);
  }

  private static CompletableFuture<Received> reply(byte[] reply, byte[] ledger, SessionEnd end) {
    return CompletableFuture.completedFuture(new Received(reply, ledger, end));
  }

  /** In hexadecimal; empty when the claims have none. */
  private static String nonce(ReceivedOffer offer) throws Exception {
    return ReceivedClaims.decode(offer.claims())
        .nonce()
        .map(java.util.HexFormat.of()::formatHex)
        .orElse("");
  }

  @Test
  void theOfferComesFirstThenEachMessageIsAnswered() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      ReceivedOffer shown = ReceivedOffer.decode(client.next());
      assertThat(shown.settings()).asString().isEqualTo(ScriptedLauncher.SETTINGS);
      assertThat(shown.collateral()).isEqualTo(ScriptedEnclave.COLLATERAL);
      client.send((byte) 1);
      assertThat(client.next()).containsExactly(1);
      client.sendRequest(EnclaveRole.LOOKUP, 2);
      assertThat(client.next()).startsWith(2);
      client.send((byte) 3);
      assertThat(client.next()).containsExactly(3);
    }
  }

  @Test
  void theOfferIsMadeForTheClientsNonceAndLeavesOutWhatItHolds() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      String held = java.util.HexFormat.of().formatHex(Sha256.of(ScriptedEnclave.COLLATERAL));
      TestClient client =
          server.connect(UUID.randomUUID(), "Blindbook-Nonce", NONCE, "Blindbook-Collateral", held);
      ReceivedOffer offer = ReceivedOffer.decode(client.next());
      assertThat(nonce(offer)).isEqualTo(NONCE);
      assertThat(offer.collateral()).isEmpty();
    }
  }

  /** Has the enclave answer each message when the test completes what it finds here. */
  private BlockingQueue<CompletableFuture<Received>> answerLater() {
    BlockingQueue<CompletableFuture<Received>> asked = new LinkedBlockingQueue<>();
    enclave.answer =
        (message, ledger) -> {
          CompletableFuture<Received> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        };
    return asked;
  }

  @Test
  void aMessageThatComesBeforeItsTurnEndsTheConnection() throws Exception {
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      client.next();
      client.send((byte) 1);
      client.send((byte) 2);
      client.assertClosed(CloseCode.BAD_REQUEST);
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  @Test
  void nothingIsKeptOfWhatComesBeforeTheOffer() throws Exception {
    enclave.openGate = new CountDownLatch(1);
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      client.send((byte) 1);
      client.assertClosed(CloseCode.BAD_REQUEST);
      enclave.openGate.countDown();
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"COMPLETE, NORMAL", "BAD_REQUEST, BAD_REQUEST", "WRONG_EPOCH, WRONG_EPOCH"})
  void theEnclaveSaysHowASessionEnds(SessionEnd end, CloseCode code) throws Exception {
    enclave.answer = (message, ledger) -> reply(message, NONE, end);
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      client.next();
      client.send((byte) 5);
      assertThat(client.next()).as("the last reply").containsExactly(5);
      client.assertClosed(code);
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  static Stream<Map.Entry<CallError, CloseCode>> refusals() {
    return Map.of(
        CallError.UNKNOWN_SESSION, CloseCode.ENCLAVE_RESTARTING,
        CallError.NOT_READY, CloseCode.ENCLAVE_RESTARTING,
        CallError.TOO_MANY_SESSIONS, CloseCode.OVERLOADED,
        CallError.NO_EVIDENCE, CloseCode.OVERLOADED,
        CallError.BAD_CALL, CloseCode.OVERLOADED)
        .entrySet()
        .stream();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("refusals")
  void aRefusedCallTellsTheClientToComeBack(Map.Entry<CallError, CloseCode> refusal)
      throws Exception {
    enclave.answer = (message, ledger) -> ScriptedEnclave.refused(refusal.getKey());
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      client.next();
      client.send((byte) 5);
      client.assertClosed(refusal.getValue());
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("refusals")
  void aSessionThatTheEnclaveDoesNotOpenTellsTheClientToComeBack(
      Map.Entry<CallError, CloseCode> refusal) throws Exception {
    enclave.openError = refusal.getKey();
    try (RunningServer server = start(DEFAULTS)) {
      server.connect().assertClosed(refusal.getValue());
    }
  }

  @Test
  void eachRoleHasItsOwnEnclaveSessionsOffersAndLedgers() throws Exception {
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    byte[] paid = {7};
    evaluator.answer = (message, ledger) -> reply(new byte[] {2}, paid, SessionEnd.OPEN);
    List<byte[]> lookupLedgers = new CopyOnWriteArrayList<>();
    enclave.answer =
        (message, ledger) -> {
          lookupLedgers.add(ledger);
          return reply(new byte[] {1}, NONE, SessionEnd.OPEN);
        };
    try (RunningServer server = RunningServer.both(folder, enclave, evaluator)) {
      UUID account = UUID.randomUUID();
      TestClient evaluating = server.connect(Paths.EVALUATION, account);
      TestClient lookingUp = server.connect(Paths.DISCOVERY, account);
      evaluating.next();
      lookingUp.next();
      evaluating.send((byte) 0);
      assertThat(evaluating.next()).containsExactly(2);
      lookingUp.send((byte) 0);
      assertThat(lookingUp.next()).containsExactly(1);
      lookingUp.sendRequest(EnclaveRole.LOOKUP, 0);
      assertThat(lookingUp.next()).containsExactly(1);
      assertThat(lookupLedgers).hasSize(2).allMatch(ledger -> ledger.length == 0);
      assertThat(role(server, Paths.EVALUATION_OFFER)).contains(DeploymentRole.EVALUATOR);
      assertThat(role(server, Paths.DISCOVERY_OFFER)).isEmpty();

      server.evaluators.kill();
      evaluating.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      lookingUp.send((byte) 0);
      assertThat(lookingUp.next()).containsExactly(1);
      await().until(() -> server.get(Paths.READY).statusCode() == 200);
      server.connect(Paths.EVALUATION, account).next();
    }
  }

  private static java.util.Optional<DeploymentRole> role(RunningServer server, String path)
      throws Exception {
    byte[] offer = server.get(path).body();
    return ReceivedClaims.decode(ReceivedOffer.decode(offer).claims()).role();
  }

  @Test
  void anEpochIsReadyWhenBothItsEnclavesAre() throws Exception {
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    try (RunningServer server = RunningServer.both(folder, enclave, evaluator)) {
      evaluator.ready = false;
      await().until(() -> server.get(Paths.READY).statusCode() == 503);
      assertThat(new String(server.get(Paths.READY).body()))
          .contains("\"reason\":\"evaluator: the enclave is warming up\"")
          .contains("\"lookup\":{\"ready\":true}")
          .contains("\"evaluator\":{\"ready\":false,\"reason\":\"the enclave is warming up\"}");
      server
          .connect(Paths.EVALUATION, UUID.randomUUID())
          .assertClosed(CloseCode.ENCLAVE_RESTARTING);
      server.connect().next();
    }
  }

  @Test
  void whatIsNotHostedIsNotThere() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      for (String path : List.of(Paths.EVALUATION, Paths.EVALUATION_OFFER, Paths.BULK_EVALUATION)) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(404);
      }
    }
  }

  @Test
  void theEnclavesEndReachesEveryClientIdleOrNot() throws Exception {
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    try (RunningServer server = start(DEFAULTS)) {
      TestClient idle = server.connect();
      TestClient waiting = server.connect();
      idle.next();
      waiting.next();
      waiting.send((byte) 1);
      await().until(() -> enclave.openSessions.size() == 2);
      server.launcher.kill();
      idle.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      waiting.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      await().until(() -> server.get("/health/ready").statusCode() == 200);
      server.connect().next();
    }
  }

  @Test
  void aSessionEndsWhenItsClientLeaves() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      TestClient polite = server.connect();
      polite.next();
      polite.socket.sendClose(1000, "").join();
      await().until(() -> enclave.openSessions.isEmpty());
      TestClient rude = server.connect();
      rude.next();
      rude.socket.abort();
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  @Test
  void aSessionEndsWhenItsClientLeavesBeforeItIsOpen() throws Exception {
    enclave.openGate = new CountDownLatch(1);
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      await().until(() -> enclave.openSessions.size() == 1);
      client.socket.abort();
      Thread.sleep(200);
      enclave.openGate.countDown();
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  @Test
  void moreSessionsThanConfiguredAreRefusedBeforeTheEnclaveHearsOfThem() throws Exception {
    try (RunningServer server = start("sessions.max: 2")) {
      TestClient first = server.connect();
      first.next();
      server.connect().next();
      server.assertRefused(UUID.randomUUID(), 503);
      assertThat(enclave.openSessions).hasSize(2);
      first.socket.sendClose(1000, "").join();
      await().until(() -> enclave.openSessions.size() == 1);
      server.connect().next();
    }
  }

  @Test
  void anIdleClientLosesItsPlace() throws Exception {
    try (RunningServer server = start("connection.idle-seconds: 1")) {
      TestClient client = server.connect();
      client.next();
      client.assertClosed(CloseCode.OVERLOADED);
    }
  }

  @Test
  void aConnectionLastsOnlySoLong() throws Exception {
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    try (RunningServer server = start("connection: {total-seconds: 2, idle-seconds: 100}")) {
      TestClient client = server.connect();
      client.next();
      client.send((byte) 1);
      client.assertClosed(CloseCode.OVERLOADED);
    }
  }

  @Test
  void textAndOversizedMessagesAreRefused() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      TestClient text = server.connect();
      text.next();
      text.socket.sendText("hello", true).join();
      text.assertClosed(CloseCode.BAD_REQUEST);

      TestClient large = server.connect();
      large.next();
      large.send((byte) 1);
      large.next();
      byte[] half = new byte[600_000];
      large.socket.sendBinary(ByteBuffer.wrap(half), false).join();
      large.socket.sendBinary(ByteBuffer.wrap(half), true);
      await().until(() -> large.closed.isDone());
      await().until(() -> enclave.openSessions.isEmpty());
    }
  }

  @Test
  void aMessageOfTheLargestSizeIsRelayed() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      TestClient client = server.connect();
      client.next();
      client.send((byte) 1);
      client.next();
      byte[] message = new byte[LARGEST_REQUEST];
      message[777] = 3;
      client.socket.sendBinary(ByteBuffer.wrap(message), true).join();
      assertThat(client.next()).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Blindbook nonsense", "Bearer x"})
  void aWrongCredentialIsAnsweredBeforeTheUpgrade(String credential) throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      Map<String, String> headers =
          credential.isEmpty() ? Map.of() : Map.of("Authorization", credential);
      var response = TestClient.refused(server.server.url() + "/v1/discovery", headers);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("www-authenticate")).contains("Blindbook");
      assertThat(enclave.openSessions).isEmpty();
    }
  }

  @Test
  void aMalformedNonceIsAnsweredBeforeTheUpgrade() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      Map<String, String> headers =
          Map.of(
              "Authorization",
              "Blindbook " + server.credential(UUID.randomUUID()),
              "Blindbook-Nonce",
              "12");
      var response = TestClient.refused(server.server.url() + "/v1/discovery", headers);
      assertThat(response.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aVerifierGetsAnOfferWithoutASession() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      var response = server.get("/v1/offer?nonce=" + NONCE);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type"))
          .contains("application/octet-stream");
      assertThat(nonce(ReceivedOffer.decode(response.body()))).isEqualTo(NONCE);
      assertThat(ReceivedOffer.decode(response.body()).settings())
          .asString()
          .isEqualTo(ScriptedLauncher.SETTINGS);
      assertThat(nonce(ReceivedOffer.decode(server.get("/v1/offer").body()))).isEmpty();
      assertThat(server.get("/v1/offer?nonce=zz").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void whileTheEnclaveIsNotReadyEverythingSaysSo() throws Exception {
    enclave.ready = false;
    try (RunningServer server = new RunningServer(folder, TABLE_OF_PLAIN_JAVA, () -> enclave)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(ready(server))
                      .isEqualTo(
                          "{\"ready\":false,\"records\":0,\"sequence\":0,\"lag\":0,\"behindMillis\":0,\"reason\":\"the"
                              + " enclave is warming up\","
                              + TABLE
                              + LEDGERS
                              + IDLE
                              + "}"));
      assertThat(server.get("/health/ready").statusCode()).isEqualTo(503);
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(server.get("/v1/offer").statusCode()).isEqualTo(503);
      assertThat(server.get("/v1/offer").headers().firstValue("retry-after")).isPresent();
      server.connect().assertClosed(CloseCode.ENCLAVE_RESTARTING);
      enclave.ready = true;
      server.server.awaitReady();
      assertThat(ready(server))
          .isEqualTo(
              "{\"ready\":true,\"records\":0,\"sequence\":0,\"lag\":0,\"behindMillis\":0,"
                  + TABLE
                  + LEDGERS
                  + IDLE
                  + "}");
    }
  }

  /** However long it is behind: that is never the same. */
  private static String ready(RunningServer server) throws Exception {
    return new String(server.get("/health/ready").body())
        .replaceAll("\"behindMillis\":\\d+", "\"behindMillis\":0");
  }

  @Test
  void stoppingSendsClientsAway() throws Exception {
    RunningServer server = start(DEFAULTS);
    TestClient client = server.connect();
    client.next();
    server.close();
    assertThat(client.awaitClose().code()).isEqualTo(1001);
  }

  @Test
  void otherRequestsGetPlainAnswers() throws Exception {
    try (RunningServer server = start(DEFAULTS)) {
      assertThat(server.get("/").statusCode()).isEqualTo(404);
      assertThat(server.get("/v1/discovery").statusCode()).isEqualTo(426);
    }
  }
}
