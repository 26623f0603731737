package org.blindbook.auditor.trace.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.stream.IntStream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;

/**
 * What a client asks to have evaluated, and what the enclave may not show of it. The proof's sums
 * with public weights are left out, as in {@link EvaluatorFamilies}.
 */
final class EvaluationFamilies {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;
  private static final int ACCOUNT = 3;

  private final int size;

  EvaluationFamilies(Scale scale) {
    this.size = scale.sizeClass();
  }

  List<Family> all() {
    return List.of(requests(), padding());
  }

  private Family requests() {
    return new Family(
        "evaluation-requests",
        "How many elements of a request stand for contacts, for which, and whether it is a repeat."
            + " Up to the charge.",
        List.of(
            request("all", size, 100_000, 2),
            request("none", 0, 100_000, 2),
            request("one", 1, 100_000, 2),
            request("half", size / 2, 100_000, 2),
            request("others", size, 500_000, 2),
            request("a repeat", size / 2, 100_000, 1)));
  }

  /** One session that pays for half a class of contacts, then one under watch. */
  private Input request(String name, int count, int first, long nonce) {
    return new Input(
        name,
        recorder -> {
          EvaluatorStage stage = stage(recorder);
          byte[] paid = encoded(size / 2, 100_000, 1);
          byte[] asked = encoded(count, first, nonce);
          byte[] ledger = new Client(stage, ACCOUNT).request(paid, NONE).ledger();
          stage.watch();
          Client client = new Client(stage, ACCOUNT);
          Client.Answered answered = client.request(asked, ledger);
          int charge = nonce == 1 ? 0 : count;
          if (!answered.reply().granted() || answered.reply().charged() != charge) {
            throw new IllegalStateException("a request was not charged as it should be");
          }
          client.leave();
        });
  }

  private EvaluatorStage stage(Recorder recorder) {
    return new EvaluatorStage(recorder, 1, FixedHardware.evaluating(4 * size, EPOCH));
  }

  private byte[] encoded(int count, int first, long nonce) throws Exception {
    byte[] retryNonce = new byte[EvaluationRequest.NONCE_BYTES];
    retryNonce[0] = (byte) nonce;
    byte[] elements = blinding(count, first, retryNonce).elements();
    return new EvaluationRequestWriter(EPOCH, count, retryNonce, elements).encoded();
  }

  private Blinding blinding(int count, int first, byte[] nonce) throws Exception {
    List<byte[]> numbers =
        IntStream.range(0, count)
            .mapToObj(i -> ("tel:+49301" + (first + i)).getBytes(US_ASCII))
            .toList();
    return new Blinding(numbers, size, nonce, new SeededRandom(first));
  }

  private Family padding() {
    return new Family(
        "evaluation-padding",
        "How many elements of an evaluated request stand for contacts, and which nonce pads it.",
        List.of(
            evaluated("all", size, 1),
            evaluated("none", 0, 1),
            evaluated("one", 1, 1),
            evaluated("half, under another nonce", size / 2, 2)));
  }

  private Input evaluated(String name, int count, int nonce) {
    return new Input(
        name,
        recorder -> {
          recorder.prepare();
          try {
            byte[] secret = new byte[EvaluationRequest.NONCE_BYTES];
            secret[0] = (byte) nonce;
            // All of them blinded, whatever the count: objects are numbered in preparation, too.
            byte[] elements = blinding(size, 100_000, secret).elements();
            EvaluatorKey key = EvaluatorKey.random(new SeededRandom(1));
            recorder.resume();
            new Evaluator(key).evaluate(elements, count, secret).elements();
          } finally {
            recorder.pause();
          }
        });
  }
}
