package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.oblivious.GivenUpCode;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.noise.Handshake;
import org.junit.jupiter.api.Test;

/** A started enclave: it warms up, serves, stops when code is given up, and serves again. */
class WarmEnclaveTest {
  private static final byte[] NONE = {};
  private static final long PATIENCE = Duration.ofSeconds(90).toNanos();

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

  private void awaitReady(boolean ready) throws InterruptedException {
    long start = System.nanoTime();
    while (ready() != ready) {
      assertThat(failed).isNotDone();
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE);
      Thread.sleep(1);
    }
  }

  private long open() {
    return enclave.open(new byte[32], NONE).toCompletableFuture().join().session();
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
  void codeGivenUpStopsTheEnclaveUntilItIsWarmAgain() throws Exception {
    assertNotReady(enclave.open(new byte[32], NONE));
    byte[] entry = ByteBuffer.allocate(32).putLong(7).putLong(7).putLong(1).putLong(2).array();
    CompletableFuture<TableState> updated =
        enclave.update(new Update(5, entry)).toCompletableFuture();
    awaitReady(true);
    updated.join();
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    long passes = state().passes();
    assertThat(passes).as("no dummy met the real table").isEqualTo(1);

    GivenUpCode code = new GivenUpCode();
    code.compile();
    // C2 gives up what it made for the long loop that has ended, and that is noticed, too.
    Thread.sleep(1_000);
    awaitReady(true);
    long session = open();
    code.makeTheOtherChoice();
    awaitReady(false);
    assertNotReady(enclave.open(new byte[32], NONE));
    assertNotReady(enclave.receive(session, new byte[Handshake.MESSAGE_BYTES], NONE));
    awaitReady(true);
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    assertThat(state().registrations()).isEqualTo(1);
    assertThat(state().sequence()).isEqualTo(5);
    assertThat(state().passes()).isEqualTo(passes + 1);
    assertThat(failed).isNotDone();
  }
}
