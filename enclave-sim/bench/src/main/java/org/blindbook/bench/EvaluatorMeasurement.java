package org.blindbook.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;

/**
 * The function of blinded mode on one core.
 *
 * @param batch elements with one proof
 * @param evaluated microseconds for a blinded element, its share of the proof included
 * @param direct microseconds for an identifier in clear
 * @param blinded microseconds of the client for an identifier, to blind it
 * @param finished microseconds of the client for an identifier, to verify and unblind it
 * @param evaluatedBytes allocated for a blinded element
 * @param directBytes allocated for an identifier in clear
 * @param wrong answers to the client that were not those of the direct evaluation
 */
record EvaluatorMeasurement(
    int batch,
    double evaluated,
    double direct,
    double blinded,
    double finished,
    long evaluatedBytes,
    long directBytes,
    long wrong) {

  /** Enough for the compiler, for each of four figures. */
  static final Duration WARM_UP = Duration.ofSeconds(3);

  private static final int ROUNDS = 15;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Step {
    void run() throws OprfException;
  }

  private record Cost(double micros, long bytes) {}

  static EvaluatorMeasurement run(int batch, Duration warmUp) throws OprfException {
    SecureRandom random = new SecureRandom();
    EvaluatorKey key = EvaluatorKey.random(random);
    Evaluator evaluator = new Evaluator(key);
    List<byte[]> identifiers =
        IntStream.range(0, batch)
            .mapToObj(i -> ("tel:+49301" + (1_000_000 + i)).getBytes(US_ASCII))
            .toList();
    Blinding blinding = new Blinding(identifiers, batch, new byte[0], random);
    byte[] elements = blinding.elements();
    Evaluation evaluation = evaluator.evaluate(elements);
    byte[] answer = evaluation.elements();
    byte[] proof = evaluation.prove(random);
    List<byte[]> outputs = blinding.finish(key.publicKey(), answer, proof);
    List<byte[]> expected = evaluator.outputs(identifiers);
    long wrong =
        IntStream.range(0, batch)
            .filter(i -> !Arrays.equals(outputs.get(i), expected.get(i)))
            .count();

    Cost evaluated = cost(batch, warmUp, () -> evaluator.evaluate(elements).prove(random));
    Cost direct = cost(batch, warmUp, () -> evaluator.outputs(identifiers));
    Cost blinded = cost(batch, warmUp, () -> new Blinding(identifiers, batch, new byte[0], random));
    Cost finished = cost(batch, warmUp, () -> blinding.finish(key.publicKey(), answer, proof));
    return new EvaluatorMeasurement(
        batch,
        evaluated.micros,
        direct.micros,
        blinded.micros,
        finished.micros,
        evaluated.bytes,
        direct.bytes,
        wrong);
  }

  /** The median of some rounds after warm-up, and the mean of what they allocate. */
  private static Cost cost(int batch, Duration warmUp, Step step) throws OprfException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < warmUp.toNanos()) {
      step.run();
    }
    long[] nanos = new long[ROUNDS];
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      step.run();
      nanos[i] = System.nanoTime() - start;
    }
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    Arrays.sort(nanos);
    return new Cost(nanos[ROUNDS / 2] / 1e3 / batch, allocated / ROUNDS / batch);
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"batch\":%d,\"evaluateUs\":%.2f,\"directUs\":%.2f,\"blindUs\":%.2f,\"finishUs\":%.2f,"
            + "\"evaluateBytes\":%d,\"directBytes\":%d,\"wrong\":%d}",
        batch,
        evaluated,
        direct,
        blinded,
        finished,
        evaluatedBytes,
        directBytes,
        wrong);
  }

  String text() {
    return String.format(
        Locale.ROOT,
        """
        One core, batches of %,d
        Evaluate, proof included   %.1f µs, %,.0f per second, %,d bytes allocated
        Evaluate identifiers       %.1f µs, %,.0f per second, %,d bytes allocated
        Client: blind              %.1f µs
        Client: verify, unblind    %.1f µs
        Answers                    %,d wrong\
        """,
        batch,
        evaluated,
        1e6 / evaluated,
        evaluatedBytes,
        direct,
        1e6 / direct,
        directBytes,
        blinded,
        finished,
        wrong);
  }
}
