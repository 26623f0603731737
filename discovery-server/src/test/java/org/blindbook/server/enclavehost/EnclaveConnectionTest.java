package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.server.enclavehost.UnansweredException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnclaveConnectionTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private final ScriptedLookup enclave = new ScriptedLookup();
  private EnclaveSocket socket;
  private LookupConnection connection;

  @BeforeEach
  void connect() throws Exception {
    socket = new EnclaveSocket(folder.resolve("s"), enclave);
    connection = LookupConnection.connect(folder.resolve("s"), new byte[0]);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    socket.close();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  private static void assertRefused(CompletionStage<?> stage, CallError error) {
    assertThatThrownBy(() -> EnclaveConnection.await(stage))
        .isInstanceOfSatisfying(CallException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private static void assertUnanswered(CompletionStage<?> stage, Reason reason) {
    assertThatThrownBy(() -> EnclaveConnection.await(stage))
        .isInstanceOfSatisfying(
            UnansweredException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void eachAnswerReachesItsCallInWhateverOrderTheyCome() throws Exception {
    long session = get(connection.open(new byte[32], NONE)).session();
    List<CompletableFuture<Received>> answers = new ArrayList<>();
    List<byte[]> asked = new ArrayList<>();
    enclave.answer =
        (message, ledger) -> {
          CompletableFuture<Received> answer = new CompletableFuture<>();
          answers.add(answer);
          asked.add(message);
          return answer;
        };
    List<CompletionStage<Received>> calls = new ArrayList<>();
    for (byte i = 0; i < 50; i++) {
      calls.add(connection.receive(session, new byte[] {i}, NONE));
    }
    get(connection.stats()); // the enclave has seen them all
    for (int i = 49; i >= 0; i--) {
      answers.get(i).complete(new Received(asked.get(i), NONE, SessionEnd.OPEN));
    }
    for (byte i = 0; i < 50; i++) {
      assertThat(get(calls.get(i)).reply()).containsExactly(i);
    }
  }

  @Test
  void aMegabyteGoesThroughBothWays() throws Exception {
    long session = get(connection.open(new byte[32], NONE)).session();
    byte[] message = new byte[1 << 20];
    message[12345] = 77;
    assertThat(get(connection.receive(session, message, new byte[100])).reply()).isEqualTo(message);
  }

  @Test
  void aRefusalKeepsItsReason() {
    assertRefused(connection.receive(99, NONE, NONE), CallError.UNKNOWN_SESSION);
  }

  @Test
  void everyCallFailsOnceTheEnclaveIsGone() throws Exception {
    long session = get(connection.open(new byte[32], NONE)).session();
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    CompletionStage<Received> waiting = connection.receive(session, NONE, NONE);
    get(connection.stats());
    socket.close();
    assertUnanswered(waiting, Reason.ENDED);
    get(connection.gone());
    assertUnanswered(connection.stats(), Reason.ENDED);
  }

  @Test
  void anAnswerThatNobodyAskedForEndsTheConnection() throws Exception {
    get(connection.stats());
    socket.send(new CallFrame(1234, 0, NONE));
    get(connection.gone());
    assertUnanswered(connection.stats(), Reason.ENDED);
  }

  @Test
  void anAnswerThatCannotBeReadFailsItsCallOnly() throws Exception {
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    long session = get(connection.open(new byte[32], NONE)).session(); // call 1
    CompletionStage<Received> call = connection.receive(session, NONE, NONE); // call 2
    get(connection.stats());
    socket.send(new CallFrame(2, 0, new byte[] {1, 2, 3}));
    assertUnanswered(call, Reason.UNREADABLE);
    assertThat(get(connection.stats()).ready()).isTrue();
  }

  @Test
  void anErrorOfAnotherVersionFailsItsCallOnly() throws Exception {
    enclave.answer = (message, ledger) -> new CompletableFuture<>();
    long session = get(connection.open(new byte[32], NONE)).session(); // call 1
    CompletionStage<Received> call = connection.receive(session, NONE, NONE); // call 2
    get(connection.stats());
    socket.send(new CallFrame(2, 200, NONE));
    assertUnanswered(call, Reason.UNREADABLE);
    assertThat(get(connection.stats()).ready()).isTrue();
  }

  @Test
  void whatClientsSendWaitsInBoundedSpaceAndTheHostsOwnCallsGetThrough() throws Exception {
    socket.stopReading();
    byte[] message = new byte[1 << 20];
    List<CompletionStage<Received>> calls = new ArrayList<>();
    // Some megabytes are in the socket's own buffers.
    for (int i = 0; i < (CallChannel.MAX_WAITING_BYTES >> 20) + 16; i++) {
      calls.add(connection.receive(1, message, NONE));
    }
    assertUnanswered(calls.getLast(), Reason.BUSY);
    assertThat(calls.get(1).toCompletableFuture()).as("what waits").isNotDone();
    CompletionStage<?> own = connection.stats();
    socket.goOnReading();
    get(own);
    assertRefused(calls.get(1), CallError.UNKNOWN_SESSION);
    assertRefused(connection.receive(1, message, NONE), CallError.UNKNOWN_SESSION);
  }
}
