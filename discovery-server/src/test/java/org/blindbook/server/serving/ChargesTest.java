package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.ScriptedEnclave;
import org.blindbook.server.enclavehost.ScriptedEvaluator;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.blindbook.server.ledgers.MemoryRecords;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a connection is charged, and what happens to its account's ledger. */
@Timeout(30)
class ChargesTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();
  private final List<byte[]> ledgers = new CopyOnWriteArrayList<>();

  private static CompletableFuture<Received> reply(byte[] reply, byte[] ledger) {
    return CompletableFuture.completedFuture(new Received(reply, ledger, SessionEnd.OPEN));
  }

  private static boolean isRequest(byte[] message) {
    return message.length > 1;
  }

  /** Each request adds a byte to the account's ledger; a handshake does not. */
  private void growLedgers(ScriptedEnclave enclave) {
    enclave.answer =
        (message, ledger) -> {
          ledgers.add(ledger);
          byte[] next = new byte[ledger.length + 1];
          return reply(new byte[] {message[0]}, isRequest(message) ? next : NONE);
        };
  }

  private static void ask(TestClient client) throws Exception {
    client.shakeHands();
    client.sendRequest(EnclaveRole.LOOKUP, 7);
    assertThat(client.next()).containsExactly(7);
  }

  @Test
  void theLedgerOfAnAccountComesBackWithItsNextRequest() throws Exception {
    growLedgers(enclave);
    UUID account = UUID.randomUUID();
    MemoryRecords records = new MemoryRecords();
    try (RunningServer server = RunningServer.with(records, folder, "", enclave)) {
      for (UUID who : List.of(account, account, UUID.randomUUID())) {
        ask(server.connect(who));
      }
    }
    assertThat(ledgers.stream().map(ledger -> ledger.length))
        .as("handshake and request, of three connections")
        .containsExactly(0, 0, 0, 1, 0, 0);
  }

  @Test
  void aReplyWaitsUntilItsLedgerIsStored() throws Exception {
    growLedgers(enclave);
    BlockingQueue<CompletableFuture<Boolean>> writes = new LinkedBlockingQueue<>();
    try (RunningServer server = RunningServer.with(new SlowLedgers(writes), folder, "", enclave)) {
      TestClient client = server.connect();
      client.shakeHands();
      client.sendRequest(EnclaveRole.LOOKUP, 7);
      CompletableFuture<Boolean> write = writes.poll(5, TimeUnit.SECONDS);
      assertThat(client.messages.poll(300, TimeUnit.MILLISECONDS))
          .as("a reply before its ledger is stored")
          .isNull();
      write.complete(true);
      assertThat(client.next()).containsExactly(7);
    }
  }

  /** Stores a ledger when the test says so. */
  private static final class SlowLedgers implements RecordStore {
    private final MemoryRecords records = new MemoryRecords();
    private final BlockingQueue<CompletableFuture<Boolean>> writes;

    SlowLedgers(BlockingQueue<CompletableFuture<Boolean>> writes) {
      this.writes = writes;
    }

    @Override
    public CompletionStage<byte[]> read(RecordKey key) {
      return records.read(key);
    }

    @Override
    public CompletionStage<Boolean> replace(RecordKey key, byte[] read, byte[] next) {
      if (!key.toString().contains("LEDGER")) {
        return records.replace(key, read, next);
      }
      CompletableFuture<Boolean> write = new CompletableFuture<>();
      writes.add(write);
      return write;
    }

    @Override
    public Health health() {
      return records.health();
    }

    @Override
    public void close() {}
  }

  @Test
  void aLedgerThatDoesNotOpenIsDiscardedAndTheClientComesBack() throws Exception {
    enclave.answer =
        (message, ledger) -> {
          if (!isRequest(message)) {
            return reply(message, NONE);
          }
          ledgers.add(ledger);
          return ledger.length == 0
              ? reply(new byte[] {7}, new byte[] {9})
              : ScriptedEnclave.refused(CallError.NOT_UNSEALABLE);
        };
    try (RunningServer server = RunningServer.ready(folder, "", enclave)) {
      UUID account = UUID.randomUUID();
      ask(server.connect(account));
      TestClient client = server.connect(account);
      client.shakeHands();
      client.sendRequest(EnclaveRole.LOOKUP, 7);
      client.assertClosed(CloseCode.ENCLAVE_RESTARTING);
      ask(server.connect(account));
      assertThat(ledgers).hasSize(3);
      assertThat(ledgers.getLast()).isEmpty();
    }
  }

  @Test
  void ofTwoChargesAtOnceOneIsToldToRetryBeforeItHasItsReply() throws Exception {
    BlockingQueue<CompletableFuture<Received>> asked = new LinkedBlockingQueue<>();
    enclave.answer =
        (message, ledger) -> {
          CompletableFuture<Received> answer = new CompletableFuture<>();
          if (isRequest(message)) {
            asked.add(answer);
          } else {
            answer.complete(new Received(message, NONE, SessionEnd.OPEN));
          }
          return answer;
        };
    try (RunningServer server = RunningServer.ready(folder, "", enclave)) {
      UUID account = UUID.randomUUID();
      TestClient one = server.connect(account);
      TestClient two = server.connect(account);
      one.shakeHands();
      two.shakeHands();
      one.sendRequest(EnclaveRole.LOOKUP, 1);
      CompletableFuture<Received> first = asked.poll(5, TimeUnit.SECONDS);
      two.sendRequest(EnclaveRole.LOOKUP, 2);
      CompletableFuture<Received> second = asked.poll(5, TimeUnit.SECONDS);
      second.complete(new Received(new byte[] {22}, new byte[] {2}, SessionEnd.OPEN));
      assertThat(two.next()).containsExactly(22);
      first.complete(new Received(new byte[] {11}, new byte[] {1}, SessionEnd.OPEN));
      one.assertClosed(CloseCode.OVERLOADED);
      assertThat(one.messages).isEmpty();
    }
  }

  @Test
  void aRequestOfNoSizeClassIsRefusedAndTheEnclaveHearsNothing() throws Exception {
    growLedgers(enclave);
    try (RunningServer server = RunningServer.ready(folder, "", enclave)) {
      for (int length : new int[] {1, 1_215, 1_217, 70_000}) {
        TestClient client = server.connect();
        client.shakeHands();
        ledgers.clear();
        client.send(new byte[length]);
        client.assertClosed(CloseCode.BAD_REQUEST);
        assertThat(ledgers).isEmpty();
      }
      TestClient evaluation = server.connect();
      evaluation.shakeHands();
      evaluation.sendRequest(EnclaveRole.EVALUATOR, 7);
      evaluation.assertClosed(CloseCode.BAD_REQUEST);
    }
  }

  @Test
  void withoutLedgersWhoNeedsOneIsRefusedAndBlindedLookupsGoOn() throws Exception {
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    growLedgers(evaluator);
    enclave.answer = (message, ledger) -> reply(new byte[] {message[0]}, NONE);
    MemoryRecords records = new MemoryRecords();
    try (RunningServer server = RunningServer.both(folder, "", enclave, evaluator, records)) {
      UUID account = UUID.randomUUID();
      records.reachable = false;
      TestClient evaluating = server.connect(Paths.EVALUATION, account);
      evaluating.shakeHands();
      ledgers.clear();
      evaluating.sendRequest(EnclaveRole.EVALUATOR, 7);
      evaluating.assertClosed(CloseCode.OVERLOADED);
      assertThat(ledgers).as("what the enclave was handed").isEmpty();
      ask(server.connect(account));
      assertThat(new String(server.get(Paths.READY).body()))
          .contains("\"ledgers\":\"unreachable\",\"ledgerFailures\":")
          .contains("\"ready\":true");
      records.reachable = true;
      TestClient again = server.connect(Paths.EVALUATION, account);
      again.shakeHands();
      again.sendRequest(EnclaveRole.EVALUATOR, 7);
      assertThat(again.next()).containsExactly(7);
    }
  }

  @Test
  void inModeTruncatedNobodyIsLookedUpWithoutALedger() throws Exception {
    growLedgers(enclave);
    MemoryRecords records = new MemoryRecords();
    try (RunningServer server = RunningServer.with(records, folder, "", enclave)) {
      TestClient client = server.connect();
      client.shakeHands();
      ledgers.clear();
      records.reachable = false;
      client.sendRequest(EnclaveRole.LOOKUP, 7);
      client.assertClosed(CloseCode.OVERLOADED);
      assertThat(ledgers).isEmpty();
    }
  }

  @Test
  void anAccountThatAsksForTooMuchWorkWaitsAndAnotherDoesNot() throws Exception {
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    evaluator.answer = (message, ledger) -> reply(new byte[] {message[0]}, NONE);
    enclave.answer = evaluator.answer;
    try (RunningServer server =
        RunningServer.both(folder, "", enclave, evaluator, new MemoryRecords())) {
      UUID hostile = UUID.randomUUID();
      for (int i = 0; i < 2; i++) {
        evaluate(server, evaluator, hostile);
      }
      TestClient third = server.connect(Paths.EVALUATION, hostile);
      third.shakeHands();
      third.sendRequest(EnclaveRole.EVALUATOR, SizeClass.LARGEST, 7);
      TestClient.Closed closed = third.awaitClose();
      assertThat(CloseCode.of(closed.code())).contains(CloseCode.RATE_LIMITED);
      assertThat(CloseCode.retryAfterSeconds(closed.reason())).isBetween(240, 340);
      assertThat(third.messages).isEmpty();
      evaluate(server, evaluator, UUID.randomUUID());
      ask(server.connect(hostile));
    }
  }

  private static void evaluate(RunningServer server, ScriptedEvaluator evaluator, UUID account)
      throws Exception {
    TestClient client = server.connect(Paths.EVALUATION, account);
    client.shakeHands();
    client.sendRequest(EnclaveRole.EVALUATOR, SizeClass.LARGEST, 7);
    assertThat(client.next()).containsExactly(7);
    client.leave();
    await().until(evaluator.openSessions::isEmpty);
  }

  @Test
  void anAccountThatConnectsWithoutEndIsRefusedBeforeTheUpgrade() throws Exception {
    // What is left after the largest evaluation is no connection, and an hour brings none.
    String config = "account: {work-milliseconds: 5901, work-per-hour-milliseconds: 1}";
    ScriptedEvaluator evaluator = new ScriptedEvaluator(1);
    evaluator.answer = (message, ledger) -> reply(new byte[] {message[0]}, NONE);
    try (RunningServer server =
        RunningServer.both(folder, config, enclave, evaluator, new MemoryRecords())) {
      UUID account = UUID.randomUUID();
      evaluate(server, evaluator, account);
      TestClient refused = server.connect(account);
      assertThat(CloseCode.of(refused.awaitClose().code())).contains(CloseCode.RATE_LIMITED);
      assertThat(enclave.openSessions).isEmpty();
      var response =
          TestClient.refused(
              server.server.url() + Paths.DISCOVERY,
              Map.of(
                  Headers.AUTHORIZATION, Headers.CLIENT_SCHEME + " " + server.credential(account)));
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(response.headers().firstValue("retry-after").orElseThrow()))
          .isPositive();
      server.connect().next();
    }
  }
}
