package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.blindbook.server.serving.RawClient.BINARY;
import static org.blindbook.server.serving.RawClient.CONTINUATION;
import static org.blindbook.server.serving.RawClient.FINAL;
import static org.blindbook.server.serving.RawClient.PING;
import static org.blindbook.server.serving.RawClient.TEXT;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What connections do that no client of ours does, byte by byte. */
@Timeout(60)
class HostileConnectionsTest {
  private static final byte[] NONE = {};
  private static final byte[] HANDSHAKE = new byte[1_632];

  /** A machine that does other work needs seconds to push megabytes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();
  private final List<RawClient> clients = new ArrayList<>();
  private RunningServer server;

  private void start(String config) throws Exception {
    server = RunningServer.ready(folder, config, enclave);
  }

  @AfterEach
  void stop() throws Exception {
    for (RawClient client : clients) {
      client.close();
    }
    server.close();
  }

  private RawClient raw() throws IOException {
    RawClient client = new RawClient(server.server.port());
    clients.add(client);
    return client;
  }

  private RawClient connected(UUID account) throws IOException {
    RawClient client = RawClient.connected(server, server.credential(account));
    clients.add(client);
    return client;
  }

  private RawClient connected() throws IOException {
    return connected(UUID.randomUUID());
  }

  /** As long as one of that size class. */
  private static byte[] request(int capacity) {
    return new byte[SecureChannel.sealedLength(DiscoveryRequest.length(capacity))];
  }

  /** One whose next message is its request. */
  private RawClient afterTheHandshake(UUID account) throws IOException {
    RawClient client = connected(account);
    client.send(BINARY | FINAL, HANDSHAKE);
    client.frame();
    return client;
  }

  /** Else the upgrade would wait for the body, with the work of a whole discovery reserved. */
  @Test
  void anUpgradeWithABodyIsRefusedAtOnceAndKeepsNobodyOut() throws Exception {
    start("");
    for (String body : List.of("Content-Length: 100000", "Transfer-Encoding: chunked")) {
      for (int i = 0; i < 30; i++) {
        RawClient client = raw();
        client.write(RawClient.upgrade(server.credential(UUID.randomUUID()), body));
        assertThat(client.head()).as(body).startsWith("HTTP/1.1 400");
      }
    }
    RawClient noBody = raw();
    noBody.write(RawClient.upgrade(server.credential(UUID.randomUUID()), "Content-Length: 0"));
    assertThat(noBody.head()).startsWith("HTTP/1.1 101");
    assertThat(connected()).isNotNull();
    assertThat(server.server.sessions()).isEqualTo(2);
  }

  @Test
  void aQueryThatCannotBeReadIsRefused() throws Exception {
    start("");
    for (String query : List.of("nonce=%zz", "epoch=%", "%zz=1", "nonce=%c3%28&%")) {
      for (String path : List.of("/v1/offer", "/health/live", "/v1/nothing")) {
        RawClient client = raw();
        client.write("GET " + path + "?" + query + " HTTP/1.1\r\nHost: test\r\n\r\n");
        assertThat(client.head()).as(query).startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void whatIsNotFinalGoesOnUntilItIs() throws Exception {
    start("");
    RawClient client = connected();
    client.send(BINARY, new byte[] {1});
    client.send(CONTINUATION, NONE);
    client.send(PING | FINAL, new byte[] {9});
    client.send(CONTINUATION | FINAL, new byte[] {2, 3});
    assertThat(client.frame().kind()).as("the pong").isEqualTo(10);
    assertThat(client.frame().payload()).containsExactly(1, 2, 3);
  }

  @Test
  void aMessageThatBeginsWithAnEmptyFrameIsOne() throws Exception {
    start("");
    RawClient client = connected();
    client.send(BINARY, NONE);
    client.send(CONTINUATION | FINAL, new byte[] {7});
    assertThat(client.frame().payload()).containsExactly(7);
  }

  @Test
  void aLargeMessageMayComeInFramesOf4KiB() throws Exception {
    start("");
    RawClient client = afterTheHandshake(UUID.randomUUID());
    byte[] message = request(SizeClass.LARGEST);
    for (int at = 0; at < message.length; at += 4_096) {
      int end = Math.min(message.length, at + 4_096);
      client.send(
          (at == 0 ? BINARY : CONTINUATION) | (end == message.length ? FINAL : 0),
          Arrays.copyOfRange(message, at, end));
    }
    assertThat(client.frame().payload()).isEqualTo(message);
  }

  @Test
  void beforeTheHandshakeNoMoreIsKeptThanItsLength() throws Exception {
    start("");
    RawClient client = connected();
    client.write(RawClient.header(BINARY | FINAL, 1 << 20));
    client.write(new byte[1_632]);
    assertThat(held()).isLessThan(2_200);
    client.write(new byte[600]);
    assertThat(client.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    await().until(() -> held() == 0 || server.server.messageBytes() < 2_300);
    client.close();
    await().until(() -> held() == 0);
  }

  private long held() {
    return server.server.messageBytes();
  }

  @Test
  void oneByteMoreThanAMessageHasIsOneTooMany() throws Exception {
    start("");
    RawClient whole = connected();
    whole.send(BINARY | FINAL, new byte[1_633]);
    assertThat(whole.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    RawClient parts = connected();
    parts.send(BINARY, new byte[1_632]);
    parts.send(CONTINUATION | FINAL, new byte[1]);
    assertThat(parts.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    RawClient acknowledges = afterTheHandshake(UUID.randomUUID());
    acknowledges.send(BINARY | FINAL, request(SizeClass.SMALLEST));
    acknowledges.frame();
    acknowledges.send(BINARY | FINAL, new byte[33]);
    assertThat(acknowledges.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    await().until(() -> enclave.openSessions.isEmpty());
  }

  @Test
  void theUnfinishedMessagesOfOneAccountHoldNoMoreThanItsShare() throws Exception {
    start(
        "messages.per-account-bytes: 2000000\nsessions.per-account: 1000\n"
            + "connection: {idle-seconds: 600, message-seconds: 600}\n");
    UUID account = UUID.randomUUID();
    List<RawClient> limited = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      limited.add(afterTheHandshake(account));
    }
    for (RawClient client : limited.subList(0, 5)) {
      long before = held();
      client.write(RawClient.header(BINARY | FINAL, 500_000));
      client.write(new byte[390_000]);
      await().until(() -> held() >= before + 390_000);
    }
    for (RawClient client : limited.subList(5, 30)) {
      client.write(RawClient.header(BINARY | FINAL, 500_000));
      writeUntilCutOff(client, 390_000);
      assertThat(held()).isLessThanOrEqualTo(2_000_000);
    }
    for (RawClient client : limited.subList(5, 30)) {
      assertThat(client.awaitClose()).isEqualTo(CloseCode.RATE_LIMITED);
    }
    RawClient other = afterTheHandshake(UUID.randomUUID());
    byte[] largest = request(SizeClass.LARGEST);
    other.send(BINARY | FINAL, largest);
    assertThat(other.frame().payload()).as("another account").hasSize(largest.length);
    for (RawClient client : limited) {
      client.close();
    }
    await().untilAsserted(() -> assertThat(held()).isZero());
  }

  private static void writeUntilCutOff(RawClient client, int bytes) throws IOException {
    try {
      client.write(new byte[bytes]);
    } catch (SocketException cutOff) {
      // the close code is still there to be read
    }
  }

  @Test
  void whenTheHostsMemoryForMessagesIsUsedUpClientsAreToldToComeBack() throws Exception {
    start("messages.max-bytes: 1000000\n");
    RawClient first = afterTheHandshake(UUID.randomUUID());
    first.write(RawClient.header(BINARY | FINAL, 557_312));
    first.write(new byte[550_000]);
    await().until(() -> held() >= 550_000);
    RawClient second = afterTheHandshake(UUID.randomUUID());
    second.write(RawClient.header(BINARY | FINAL, 557_312));
    writeUntilCutOff(second, 550_000);
    assertThat(second.awaitClose()).isEqualTo(CloseCode.OVERLOADED);
  }

  @Test
  void resultsTakeAPlaceBeforeTheyAreAskedFor() throws Exception {
    start("messages.per-account-bytes: 300000\nsessions.per-account: 10\n");
    CompletableFuture<Received> never = new CompletableFuture<>();
    UUID account = UUID.randomUUID();
    int capacity = 16_384; // results of 262,224 bytes
    List<RawClient> two = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RawClient client = afterTheHandshake(account);
      client.send(BINARY | FINAL, new byte[112 + 17 * capacity + 5 * 16]);
      client.frame();
      two.add(client);
    }
    enclave.answer = (message, ledger) -> never;
    two.get(0).send(BINARY | FINAL, new byte[32]);
    await().until(() -> held() > 262_000);
    two.get(1).send(BINARY | FINAL, new byte[32]);
    assertThat(two.get(1).awaitClose()).isEqualTo(CloseCode.RATE_LIMITED);
  }

  @Test
  void textIsNoMessage() throws Exception {
    start("");
    RawClient client = connected();
    client.send(TEXT | FINAL, "hello".getBytes());
    assertThat(client.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
  }

  @Test
  void aFloodOfPingsIsCutOff() throws Exception {
    start("");
    RawClient client = connected();
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    client.send(BINARY | FINAL, HANDSHAKE);
    try {
      for (int i = 0; i < 10_000; i++) {
        client.send(PING | FINAL, new byte[125]);
      }
    } catch (SocketException cutOff) {
      // as it should be
    }
    assertThat(client.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    await().until(() -> enclave.openSessions.isEmpty());
  }

  @Test
  void someoneWhoWritesByteByByteIsCutOff() throws Exception {
    start("connection: {message-seconds: 2, idle-seconds: 60}\n");
    RawClient client = connected();
    client.write(RawClient.header(BINARY | FINAL, 1_632));
    Thread trickle =
        Thread.startVirtualThread(
            () -> {
              try {
                for (int i = 0; i < 1_632; i++) {
                  client.write(new byte[1]);
                  Thread.sleep(100);
                }
              } catch (IOException | InterruptedException cutOff) {
                // as it should be
              }
            });
    long start = System.nanoTime();
    assertThat(client.awaitClose()).isEqualTo(CloseCode.OVERLOADED);
    assertThat((System.nanoTime() - start) / 1e9).isBetween(1.5, 5.0);
    client.awaitEnd();
    trickle.join();
  }

  @Test
  void whoDoesNotAcknowledgeLosesItsPlaceSoon() throws Exception {
    start("connection: {acknowledgement-seconds: 1, idle-seconds: 60}\n");
    RawClient client = afterTheHandshake(UUID.randomUUID());
    client.send(BINARY | FINAL, request(SizeClass.SMALLEST));
    client.frame();
    assertThat(client.awaitClose()).isEqualTo(CloseCode.OVERLOADED);
    await().until(() -> enclave.openSessions.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(
      value = SessionEnd.class,
      names = {"OPEN", "COMPLETE"})
  void whoDoesNotReadWhatItGetsIsCutOff(SessionEnd end) throws Exception {
    start("connection: {idle-seconds: 1}\n");
    byte[] large = new byte[1_900_000]; // three are more than the kernel takes
    AtomicInteger answers = new AtomicInteger();
    enclave.answer =
        (message, ledger) ->
            CompletableFuture.completedFuture(
                new Received(large, NONE, answers.incrementAndGet() == 3 ? end : SessionEnd.OPEN));
    RawClient client = connected();
    for (int i = 1; i <= 3; i++) {
      client.send(BINARY | FINAL, i == 2 ? request(SizeClass.SMALLEST) : new byte[] {1});
      int sent = i;
      await().until(() -> answers.get() == sent);
    }
    await().atMost(PATIENCE).until(() -> enclave.openSessions.isEmpty());
    await().atMost(PATIENCE).until(() -> server.server.sessions() == 0);
  }

  @Test
  void whoNeitherReadsNorClosesIsCutOff() throws Exception {
    start("");
    RawClient client = connected();
    client.send(TEXT | FINAL, "hello".getBytes());
    assertThat(client.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
    assertThat(client.awaitEnd()).isLessThan(6_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /v1/discovery HTTP/1.1\r\nHost: x\r\n",
        "POST /v1/evaluations HTTP/1.1\r\nContent-Length: 9999\r\n\r\n12",
        "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n",
      })
  void aConnectionWithoutASessionLivesSeconds(String begins) throws Exception {
    start("connection.request-seconds: 2\n");
    RawClient client = raw();
    client.write(begins);
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Thread.sleep(200);
              client.write("x");
            }
          } catch (IOException | InterruptedException cutOff) {
            // as it should be
          }
        });
    assertThat(client.awaitEnd()).isBetween(0L, 5_000L);
  }

  @Test
  void aConnectionMayBringSeveralRequests() throws Exception {
    start("connection.request-seconds: 2\n");
    RawClient client = raw();
    for (int i = 0; i < 4; i++) {
      client.write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      client.socket.getInputStream().readNBytes("{\"live\":true}".length());
      Thread.sleep(1_000);
    }
  }

  @Test
  void manyEmptyConnectionsKeepNobodyOut() throws Exception {
    start("connections.max: 40\nconnection.request-seconds: 60\n");
    for (int i = 0; i < 400; i++) {
      raw();
    }
    assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    connected().send(BINARY | FINAL, HANDSHAKE);
    assertThat(clients.getFirst().awaitEnd()).as("the oldest made room").isLessThan(2_000);
  }

  @Test
  void sessionsAreNoPlainConnectionsAndDoNotEndWithThem() throws Exception {
    start("connections.max: 4\nconnection.request-seconds: 1\n");
    List<RawClient> sessions = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sessions.add(connected());
    }
    for (int i = 0; i < 20; i++) {
      raw();
    }
    Thread.sleep(2_500);
    for (RawClient client : sessions) {
      client.send(BINARY | FINAL, new byte[] {4});
      assertThat(client.frame().payload()).containsExactly(4);
    }
  }

  @Test
  void anAccountHasOnlySoManySessions() throws Exception {
    start("sessions.per-account: 2\n");
    UUID account = UUID.randomUUID();
    RawClient first = connected(account);
    connected(account);
    assertThat(server.assertRefused(account, 429)).isBetween(1, 60);
    connected(UUID.randomUUID());
    first.close();
    await().until(() -> enclave.openSessions.size() == 2);
    connected(account);
  }

  @Test
  void anAddressHasOnlySoManyAsTheProxySaysIt() throws Exception {
    RunningServer.trustingProxy = true;
    try {
      start("connections.per-address: 2\n");
    } finally {
      RunningServer.trustingProxy = false;
    }
    String[] here = {"X-Forwarded-For", "203.0.113.9, 198.51.100.7"};
    for (int i = 0; i < 2; i++) {
      server.connect(UUID.randomUUID(), here).next();
    }
    server.assertRefused(UUID.randomUUID(), 429, here);
    server.assertRefused(UUID.randomUUID(), 429, "X-Forwarded-For", "1.1.1.1,198.51.100.7");
    server.connect(UUID.randomUUID(), "X-Forwarded-For", "198.51.100.7, 198.51.100.8").next();
    server.connect(UUID.randomUUID()).next();
  }
}
