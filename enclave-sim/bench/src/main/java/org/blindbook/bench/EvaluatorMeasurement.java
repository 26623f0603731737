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
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;

/**
 * The function of blinded mode on one core.
 *
 * @param batch elements with one proof
 * @param evaluated microseconds for a blinded element, its share of the proof included
 * @param blinded microseconds of the client for an identifier, to blind it
 * @param finished microseconds of the client for an identifier, to verify and unblind it
 * @param evaluatedBytes allocated for a blinded element
 * @param finishedBytes allocated by the client for an identifier, to verify and unblind it
 * @param wrong outputs that were others where the same identifiers were blinded anew
 */
record EvaluatorMeasurement(
    int batch,
    double evaluated,
    double blinded,
    double finished,
    long evaluatedBytes,
    long finishedBytes,
    long wrong) {

  /** Enough for the compiler, for each of three figures. */
  static final Duration WARM_UP = Duration.ofSeconds(3);

  private static final int ROUNDS = 15;
  private static final byte[] NONCE = new byte[32];
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
    PublicKey publicKey = PublicKey.decode(key.publicKey());
    Blinding blinding = new Blinding(identifiers, batch, NONCE, random);
    byte[] elements = blinding.elements();
    Evaluation evaluation = evaluator.evaluate(elements, batch, NONCE);
    byte[] answer = evaluation.elements();
    byte[] proof = evaluation.prove(random);
    List<byte[]> outputs = blinding.finish(publicKey, answer, proof);
    Blinding anew = new Blinding(identifiers, batch, NONCE, random);
    Evaluation again = evaluator.evaluate(anew.elements(), batch, NONCE);
    List<byte[]> expected = anew.finish(publicKey, again.elements(), again.prove(random));
    long wrong =
        IntStream.range(0, batch)
            .filter(i -> !Arrays.equals(outputs.get(i), expected.get(i)))
            .count();

    Cost evaluated =
        cost(batch, warmUp, () -> evaluator.evaluate(elements, batch, NONCE).prove(random));
    Cost blinded = cost(batch, warmUp, () -> new Blinding(identifiers, batch, NONCE, random));
    Cost finished = cost(batch, warmUp, () -> blinding.finish(publicKey, answer, proof));
    return new EvaluatorMeasurement(
        batch,
        evaluated.micros,
        blinded.micros,
        finished.micros,
        evaluated.bytes,
        finished.bytes,
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
        "{\"batch\":%d,\"evaluateUs\":%.2f,\"blindUs\":%.2f,\"finishUs\":%.2f,"
            + "\"evaluateBytes\":%d,\"finishBytes\":%d,\"wrong\":%d}",
        batch,
        evaluated,
        blinded,
        finished,
        evaluatedBytes,
        finishedBytes,
        wrong);
  }

  String text() {
    return String.format(
        Locale.ROOT,
        """
        One core, batches of %,d
        Evaluate, proof included   %.1f µs, %,.0f per second, %,d bytes allocated
        Client: blind              %.1f µs
        Client: verify, unblind    %.1f µs, %,d bytes allocated
        Answers                    %,d wrong\
        """,
        batch,
        evaluated,
        1e6 / evaluated,
        evaluatedBytes,
        blinded,
        finished,
        finishedBytes,
        wrong);
  }
}
