package org.blindbook.auditor.trace.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.stream.IntStream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.protocol.evaluation.EvaluationRequest;

/** What an evaluator enclave keeps: its key from the start, and what it saw of a session. */
final class EarlierEvaluations {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;

  private final int size;

  EarlierEvaluations(Scale scale) {
    this.size = scale.sizeClass();
  }

  List<Family> all() {
    return List.of(
        new Family(
            "evaluator-enclaves",
            "The enclave's randomness, so its keys. From the enclave's creation on.",
            List.of(created("one seed", 1), created("another seed", 2), created("a third", 3))),
        new Family(
            "earlier-evaluations",
            "What an earlier session had evaluated, of another account.",
            List.of(
                after("the same contacts", size / 2, 100_000),
                after("others", size / 2, 500_000),
                after("none", 0, 100_000),
                after("all", size, 700_000))));
  }

  private Input created(String name, long seed) {
    return new Input(
        name,
        recorder ->
            ask(
                EvaluatorStage.watchedFromTheStart(
                    recorder, seed, FixedHardware.evaluating(size, EPOCH)),
                1,
                request(size / 2, 100_000)));
  }

  private Input after(String name, int count, int first) {
    return new Input(
        name,
        recorder -> {
          EvaluatorStage stage =
              new EvaluatorStage(recorder, 1, FixedHardware.evaluating(size, EPOCH));
          byte[] later = request(size / 2, 100_000);
          ask(stage, 1, request(count, first));
          stage.watch();
          ask(stage, 2, later);
        });
  }

  private static void ask(EvaluatorStage stage, int account, byte[] request) throws Exception {
    Client client = new Client(stage, account);
    if (!client.request(request, NONE).reply().granted()) {
      throw new IllegalStateException("a request was not granted");
    }
    client.leave();
  }

  private byte[] request(int count, int first) throws Exception {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    List<byte[]> numbers =
        IntStream.range(0, count)
            .mapToObj(i -> ("tel:+49301" + (first + i)).getBytes(US_ASCII))
            .toList();
    byte[] elements = new Blinding(numbers, size, nonce, new SeededRandom(first)).elements();
    return new EvaluationRequestWriter(EPOCH, count, nonce, elements).encoded();
  }
}
