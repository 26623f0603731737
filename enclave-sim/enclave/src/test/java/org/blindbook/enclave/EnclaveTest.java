package org.blindbook.enclave;

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
import org.blindbook.enclave.oblivious.GivenUpCode;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.ClientHandshake;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.junit.jupiter.api.Test;

/** A started enclave: it warms up, serves, stops when code is given up, and serves again. */
class EnclaveTest {
  private static final byte[] NONE = {};
  private static final long PATIENCE = Duration.ofSeconds(90).toNanos();

  private final SecureRandom random = new SecureRandom();
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private final EnclaveCalls enclave;

  EnclaveTest() throws Exception {
    Enclave started = Enclave.create(new SimpleHardware("", 1), random, InstantSource.system());
    started.start(
        Thread::startVirtualThread,
        Thread::startVirtualThread,
        (thread, failure) -> failed.complete(failure));
    enclave = started.calls();
  }

  private Stats stats() {
    return enclave.stats().toCompletableFuture().join();
  }

  private void awaitReady(boolean ready) throws InterruptedException {
    long start = System.nanoTime();
    while (stats().ready() != ready) {
      assertThat(failed).isNotDone();
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE);
      Thread.sleep(1);
    }
  }

  private long open() {
    Opened opened = enclave.open(new byte[32], NONE).toCompletableFuture().join();
    return opened.session();
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
    Opened opened = enclave.open(new byte[32], NONE).toCompletableFuture().join();
    long session = opened.session();
    Claims claims = Claims.decode(opened.offer().claims());
    ClientHandshake handshake =
        new ClientHandshake(claims.channelKey(), Prologue.of(claims), random);
    SecureChannel channel = handshake.readMessage2(receive(session, handshake.writeMessage1()));
    DiscoveryRequest request = DiscoveryRequest.create(64, 0, new byte[32], NONE);
    request.set(0, 7, 7, EntryKind.NEW);
    byte[] reply = channel.open(receive(session, channel.seal(request.encoded())));
    assertThat(TokenReply.decode(reply).granted()).isTrue();
    byte[] results = channel.open(receive(session, channel.seal(Acknowledgement.encode())));
    return Results.decode(results, 64).account(0).orElseThrow();
  }

  private byte[] receive(long session, byte[] message) {
    return enclave.receive(session, message, NONE).toCompletableFuture().join().reply();
  }

  @Test
  void codeGivenUpStopsTheEnclaveUntilItIsWarmAgain() throws Exception {
    assertNotReady(enclave.open(new byte[32], NONE));
    byte[] entry = ByteBuffer.allocate(32).putLong(7).putLong(7).putLong(1).putLong(2).array();
    CompletableFuture<Void> updated = enclave.update(new Update(5, entry)).toCompletableFuture();
    awaitReady(true);
    updated.join();
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    long passes = stats().batches();
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
    assertNotReady(enclave.receive(session, new byte[ClientHandshake.MESSAGE_BYTES], NONE));
    awaitReady(true);
    assertThat(discover()).isEqualTo(new UUID(1, 2));
    assertThat(stats().records()).isEqualTo(1);
    assertThat(stats().sequence()).isEqualTo(5);
    assertThat(stats().batches()).isEqualTo(passes + 1);
    assertThat(failed).isNotDone();
  }
}
