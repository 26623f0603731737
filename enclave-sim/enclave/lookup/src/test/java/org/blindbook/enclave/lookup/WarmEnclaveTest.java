package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.oblivious.GivenUpCode;
import org.blindbook.enclave.warmup.CompiledMethods;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.junit.jupiter.api.Test;

/** A started enclave: it warms up and serves, and warms up again when code is given up. */
class WarmEnclaveTest {
  private static final byte[] NONE = {};
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String WARM_UP = "org.blindbook.enclave.warmup.WarmUp";

  private final SecureRandom random = new SecureRandom();
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private final LookupEnclave enclave;

  WarmEnclaveTest() throws Exception {
    enclave =
        LookupEnclave.create(
            new SimpleHardware(LookupDeployment.TRUNCATED, 1), random, InstantSource.system());
    enclave.start(Thread::startVirtualThread, (thread, failure) -> failed.complete(failure));
    Thread.ofPlatform()
        .daemon()
        .uncaughtExceptionHandler((thread, failure) -> failed.complete(failure))
        .start(enclave::keepWarm);
  }

  private TableState state() {
    return enclave.update(new Update(0, NONE)).toCompletableFuture().join();
  }

  private boolean ready() {
    return enclave.stats().toCompletableFuture().join().ready();
  }

  private void awaitReady() throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!ready()) {
      assertThat(failed).isNotDone();
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(1);
    }
  }

  /** Until the enclave has warmed up once more, however short that is. */
  private void awaitWarmUp() throws InterruptedException {
    awaitWhile(() -> !warmsUp());
    awaitWhile(WarmEnclaveTest::warmsUp);
  }

  private void awaitWhile(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (condition.getAsBoolean()) {
      Thread.sleep(1);
      assertThat(failed).isNotDone();
      assertThat(Instant.now()).isBefore(end);
      assertThat(ready()).as("clients are admitted all the time").isTrue();
    }
  }

  private static boolean warmsUp() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(
            frame -> frame.getClassName().equals(WARM_UP) && frame.getMethodName().equals("run"));
  }

  private static void assertNotReady(CompletionStage<?> call) {
    assertThatThrownBy(() -> call.toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.NOT_READY));
  }

  /** The account found under key 7. */
  private UUID discover() throws Exception {
    EnclaveClient client = new EnclaveClient(enclave, new byte[32], NONE, NONE);
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(64, 0, new byte[32], NONE);
    request.set(0, 7, 7, EntryKind.NEW);
    assertThat(client.ask(request.encoded()).granted()).isTrue();
    return ReceivedResults.decode(client.open(client.acknowledge()), 64).account(0).orElseThrow();
  }

  @Test
  void lookupsWaitUntilCodeThatWasGivenUpIsWarmAgain() throws Exception {
    assertNotReady(enclave.open(new byte[32], NONE));
    byte[] entry = ByteBuffer.allocate(32).putLong(7).putLong(7).putLong(1).putLong(2).array();
    CompletableFuture<TableState> updated =
        enclave.update(new Update(5, entry)).toCompletableFuture();
    awaitReady();
    updated.join();
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    long passes = state().passes();
    assertThat(passes).as("no dummy met the real table").isEqualTo(1);

    GivenUpCode code = new GivenUpCode();
    CompiledMethods.awaitC2(code, "choosing");
    state();
    code.makeTheOtherChoice();
    awaitWarmUp();
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    assertThat(state().registrations()).isEqualTo(1);
    assertThat(state().sequence()).isEqualTo(5);
    assertThat(state().passes()).isEqualTo(passes + 1);
    assertThat(failed).isNotDone();
  }
}
