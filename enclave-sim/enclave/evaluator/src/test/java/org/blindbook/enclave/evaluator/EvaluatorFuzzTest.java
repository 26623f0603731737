package org.blindbook.enclave.evaluator;

import java.util.ArrayDeque;
import java.util.Queue;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.fuzz.FuzzedEnclave;
import org.blindbook.enclave.fuzz.HostsClock;
import org.blindbook.enclave.fuzz.RepeatableRandom;
import org.blindbook.enclave.fuzz.Sequences;
import org.junit.jupiter.api.Test;

/** Whatever a host or a client does, the evaluator answers as documented and keeps nothing. */
class EvaluatorFuzzTest {
  private static final int SEQUENCES = 500;

  private static FuzzedEnclave enclave() throws Exception {
    RepeatableRandom random = new RepeatableRandom();
    HostsClock clock = new HostsClock();
    Queue<Runnable> line = new ArrayDeque<>();
    EvaluatorEnclave enclave =
        EvaluatorEnclave.create(
            new SimpleHardware("epoch=" + EvaluatorOwnCalls.EPOCH + "\n", 1),
            line::add,
            random,
            clock);
    enclave.key(new byte[0]).toCompletableFuture().join();
    return new FuzzedEnclave(enclave, random, clock, () -> drain(line), new EvaluatorOwnCalls());
  }

  private static void drain(Queue<Runnable> line) {
    while (!line.isEmpty()) {
      line.remove().run();
    }
  }

  @Test
  void callsOfAHost() throws Exception {
    Sequences.run(SEQUENCES, enclave()::callsOfAHost);
  }

  @Test
  void messagesOfAClient() throws Exception {
    Sequences.run(SEQUENCES, enclave()::messagesOfAClient);
  }
}
