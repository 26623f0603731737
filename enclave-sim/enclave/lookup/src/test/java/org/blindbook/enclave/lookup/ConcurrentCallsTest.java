package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.enclave.fuzz.Sequences;
import org.blindbook.protocol.calls.CallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that uses one session for many calls at once, while the table works. */
class ConcurrentCallsTest {
  private static final String SETTINGS =
      "mode=truncated\nregistrations=all\ntable.kernel=plain\ntable.threads=1\n";
  private static final int SEQUENCES = 200;
  private static final int THREADS = 4;
  private static final byte[] NONE = {};

  private final ExecutorService hosts = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    hosts.shutdownNow();
  }

  @Test
  void nothingIsLeftOfASessionThatIsUsedManyTimesAtOnce() throws Exception {
    LookupEnclave enclave =
        LookupEnclave.create(
            new SimpleHardware(SETTINGS, 1), new SecureRandom(), InstantSource.system());
    enclave.start(Runnable::run, (thread, failure) -> failure.printStackTrace());
    enclave.admitClients();
    Semaphore memory = ModelledEnclave.memory(enclave);
    int all = memory.availablePermits();
    Sequences.run(
        SEQUENCES,
        random -> {
          sequence(enclave, random);
          assertThat(await(enclave.stats()).sessions()).isZero();
          assertThat(memory.availablePermits()).isEqualTo(all);
        });
  }

  private void sequence(LookupEnclave enclave, SplittableRandom random) throws Exception {
    EnclaveClient client = new EnclaveClient(enclave, new byte[32], NONE, NONE);
    long session = client.session();
    byte[] request = client.seal(new DiscoveryRequestWriter(64, 0, new byte[32], NONE).encoded());
    byte[] acknowledgement = client.seal(AcknowledgementWriter.encode());
    if (random.nextBoolean()) {
      await(enclave.receive(session, request, NONE));
    }
    List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      calls.add(() -> enclave.receive(session, request, NONE));
      calls.add(() -> enclave.receive(session, acknowledgement, NONE));
      calls.add(() -> enclave.open(new byte[31], NONE));
    }
    if (random.nextBoolean()) {
      calls.add(() -> enclave.close(session));
    }
    Collections.shuffle(calls, new Random(random.nextLong()));
    List<CompletableFuture<Void>> answers =
        calls.stream()
            .map(call -> CompletableFuture.runAsync(() -> answered(call), hosts))
            .toList();
    answers.forEach(CompletableFuture::join);
    await(enclave.close(session));
  }

  private static void answered(Supplier<CompletionStage<?>> call) {
    try {
      await(call.get());
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(CallException.class);
    }
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
