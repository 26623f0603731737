package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.ScriptedEvaluator;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * More clients than an enclave has time for, over sockets. That it is busy meanwhile, and those in
 * time who are admitted, shows {@code SurgeTest}, whose clock no other test disturbs.
 */
@Timeout(90)
class AdmissionTest {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final byte REQUEST = 2;
  private static final byte RESULTS = 3;
  private static final int REQUEST_BYTES =
      SecureChannel.sealedLength(DiscoveryRequest.length(SizeClass.SMALLEST));
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();
  private final ExecutorService cores = Executors.newFixedThreadPool(CORES);

  /** What became of clients, by when they came. */
  private final ConcurrentLinkedQueue<Long> servedMillis = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<Integer> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger cutOff = new AtomicInteger();

  @AfterEach
  void stop() {
    cores.shutdownNow();
  }

  /** The enclave takes so long for a handshake and a request, and answers all results at once. */
  private void takes(int millis) {
    enclave.answer =
        (message, ledger) ->
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    Thread.sleep(message[0] == RESULTS ? 0 : millis);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return new Received(
                      message, NONE, message[0] == RESULTS ? SessionEnd.COMPLETE : SessionEnd.OPEN);
                },
                message[0] == RESULTS ? Runnable::run : cores);
  }

  private void discover(RunningServer server, long start) {
    try (RawClient client = new RawClient(server.server.port())) {
      client.write(RawClient.upgrade(server.credential(UUID.randomUUID())));
      String head = client.head();
      if (head.startsWith("HTTP/1.1 503")) {
        told.add(Integer.parseInt(head.replaceFirst("(?is).*retry-after: ([0-9]+).*", "$1")));
        return;
      }
      assertThat(head).startsWith("HTTP/1.1 101");
      client.frame();
      for (byte i = 1; i <= RESULTS; i++) {
        byte[] message = i == REQUEST ? new byte[REQUEST_BYTES] : new byte[1];
        message[0] = i;
        client.send(RawClient.BINARY | RawClient.FINAL, message);
        if (client.frame().kind() == RawClient.CLOSE) {
          cutOff.incrementAndGet();
          return;
        }
      }
      servedMillis.add((System.nanoTime() - start) / 1_000_000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** So many a second, whatever becomes of them. */
  private void offer(RunningServer server, int perSecond, int seconds) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < perSecond * seconds; i++) {
        long due = start + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        all.add(clients.submit(() -> discover(server, due)));
      }
      for (Future<?> client : all) {
        client.get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void anOverloadIsRefusedBeforeTheUpgradeAndLeavesNothingBehind() throws Exception {
    takes(10);
    int capacity = 50 * CORES;
    try (RunningServer server = RunningServer.ready(folder, "", enclave)) {
      int seconds = 6;
      offer(server, 5 * capacity, seconds);
      assertThat(servedMillis).as("served").hasSizeGreaterThan(capacity);
      assertThat(told).as("refused").hasSizeGreaterThan(capacity);
      assertThat(cutOff.get()).as("cut off after the handshake").isLessThan(servedMillis.size());
      List<Integer> waits = List.copyOf(told);
      assertThat(mean(waits.subList(waits.size() - 50, waits.size())))
          .as("what the last were told, and the first")
          .isGreaterThan(mean(waits.subList(0, 50)) * 1.2);
      assertThat(new String(server.get(Paths.READY).body())).contains("\"ready\":true");

      servedMillis.clear();
      told.clear();
      offer(server, 10, 2);
      assertThat(told).as("refused right after the surge").isEmpty();
      assertThat(servedMillis).hasSize(20);
    }
  }

  private static double mean(List<Integer> seconds) {
    return seconds.stream().mapToInt(i -> i).average().orElseThrow();
  }

  @Test
  void healthAnswersAndSaysHowMuchWaits() throws Exception {
    enclave.openGate = new CountDownLatch(1);
    try (RunningServer server = RunningServer.ready(folder, "", enclave);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 600; i++) {
        clients.submit(() -> discover(server, System.nanoTime()));
      }
      await().until(() -> !told.isEmpty());
      assertThat(new String(server.get(Paths.READY).body()))
          .containsPattern("\"lookup\":\\{\"queuedMillis\":[1-9][0-9]*,\"refused\":[1-9]");
      assertThat(server.get(Paths.LIVE).statusCode()).isEqualTo(200);
      enclave.openGate.countDown();
    }
  }

  @Test
  void whoLeavesWhileWaitingIsForgotten() throws Exception {
    enclave.openGate = new CountDownLatch(1);
    try (RunningServer server = RunningServer.ready(folder, "", enclave)) {
      List<RawClient> waiting = new ArrayList<>();
      for (int i = 0; i < 60 * CORES; i++) {
        RawClient client = new RawClient(server.server.port());
        client.write(RawClient.upgrade(server.credential(UUID.randomUUID())));
        waiting.add(client);
      }
      int sessions = waiting.size();
      await().until(() -> server.server.sessions() == sessions);
      for (RawClient client : waiting) {
        client.close();
      }
      await().until(() -> server.server.sessions() == 0);
      assertThat(enclave.openSessions).as("had their turn").hasSizeLessThan(sessions);
      assertThat(new String(server.get(Paths.READY).body())).contains("\"refused\":0");
      enclave.openGate.countDown();
      await().until(() -> enclave.openSessions.isEmpty());
      assertThat(new String(server.get(Paths.READY).body())).contains("\"queuedMillis\":0");
    }
  }

  @Test
  void theSilentKeepNobodyOut() throws Exception {
    try (RunningServer server =
        RunningServer.ready(folder, "admission.deadline-millis: 20", enclave)) {
      List<TestClient> silent = new ArrayList<>();
      for (int i = 0; i < 30 * CORES; i++) {
        await().ignoreExceptions().until(() -> silent.add(server.connect()));
      }
      for (TestClient client : silent) {
        client.next();
      }
      await().ignoreExceptions().until(() -> server.connect().next().length > 0);
    }
  }

  @Test
  void aRequestThatWouldWaitTooLongIsRefusedBeforeItIsCharged() throws Exception {
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    AtomicInteger asked = new AtomicInteger();
    evaluator.answer =
        (message, ledger) -> {
          asked.incrementAndGet();
          return CompletableFuture.completedFuture(new Received(message, NONE, SessionEnd.OPEN));
        };
    try (RunningServer server = RunningServer.both(folder, enclave, evaluator)) {
      byte[] largest = new byte[48 + 32 * 32_768 + 17 * 16];
      List<TestClient> clients = new ArrayList<>();
      for (int i = 0; i <= CORES; i++) {
        TestClient client = server.connect(Paths.EVALUATION, UUID.randomUUID());
        client.next();
        client.send(new byte[1_632]);
        client.next();
        clients.add(client);
      }
      for (TestClient client : clients.subList(0, CORES)) {
        client.send(largest);
        client.next();
      }
      clients.getLast().send(largest);
      clients.getLast().assertClosed(CloseCode.OVERLOADED);
      assertThat(asked.get()).as("messages that the evaluator has seen").isEqualTo(2 * CORES + 1);
      server.assertRefused(Paths.EVALUATION, UUID.randomUUID(), 503);
      server.connect().next();
    }
  }
}
