package org.blindbook.auditor.trace.scenario;

import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.GRANTED;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.REFUSED;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;

/**
 * What a client asks to have evaluated, and what the enclave may not show of it. The sums of a
 * proof with public weights are believed, see {@code call-rules.txt}.
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
    return List.of(requests(), evaluations(), endings(), malformed(), padding());
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
          EvaluatorStage stage = stage(recorder, 4 * size);
          byte[] paid = encoded(numbers(size / 2, 100_000), 1);
          byte[] asked = encoded(numbers(count, first), nonce);
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

  /** Whole sessions of an account without a ledger that has permits for half a class. */
  private Family evaluations() {
    return new Family(
        "evaluations",
        "How many elements of a request stand for contacts, which, and whether it is granted. All"
            + " of it: charge, evaluation, proof and answer.",
        List.of(
            evaluation("half, granted", Contacts.numbersOfOneCountry(size / 2), GRANTED),
            evaluation("none", List.of(), GRANTED),
            evaluation("one too many, refused", Contacts.numbers(size / 2 + 1), REFUSED),
            evaluation("all, refused", Contacts.numbersOfOneCountry(size), REFUSED),
            evaluation("numbers of many countries", Contacts.numbers(size / 2), GRANTED),
            evaluation("one of each kind", Contacts.mixed(3), GRANTED)));
  }

  private Input evaluation(String name, List<String> contacts, Outcome outcome) {
    return new Input(
        name,
        recorder -> {
          EvaluatorStage stage = stage(recorder, size / 2);
          byte[] asked = encoded(contacts, 1);
          stage.watch();
          Client.session(stage, ACCOUNT, asked, NONE, outcome);
        });
  }

  private Family endings() {
    return new Family(
        "evaluation-endings",
        "What was asked for in sessions that the host closes after each message, or of another"
            + " epoch.",
        List.of(
            ended("half, granted", Contacts.numbersOfOneCountry(size / 2)),
            ended("none", List.of()),
            ended("all, refused", Contacts.numbersOfOneCountry(size))));
  }

  private Input ended(String name, List<String> contacts) {
    return new Input(
        name,
        recorder -> {
          EvaluatorStage stage = stage(recorder, size / 2);
          byte[] asked = encoded(contacts, 1);
          byte[] ofAnotherEpoch = encoded(contacts, 1);
          ofAnotherEpoch[EvaluationRequest.EPOCH_AT + 3]++;
          stage.watch();
          Client.connect(stage, ACCOUNT).leave();
          new Client(stage, ACCOUNT).leave();
          Client answered = new Client(stage, ACCOUNT);
          answered.request(asked, NONE);
          answered.leave();
          Client.reject(stage, ACCOUNT, ofAnotherEpoch, SessionEnd.WRONG_EPOCH);
        });
  }

  private Family malformed() {
    return new Family(
        "evaluation-malformed",
        "What is wrong with a request of a correct length, and what it asks for.",
        List.of(
            wrong("another type", size, 0, 9),
            wrong("a reserved byte of the type", 0, 2, 1),
            wrong("a negative count", size / 2, EvaluationRequest.COUNT_AT, 0x80),
            wrong("a count of more than there are", 0, EvaluationRequest.COUNT_AT + 2, 0x40)));
  }

  private Input wrong(String name, int count, int at, int value) {
    return new Input(
        name,
        recorder -> {
          EvaluatorStage stage = stage(recorder, size);
          byte[] request = encoded(numbers(count, 100_000), 1);
          request[at] = (byte) value;
          stage.watch();
          Client.reject(stage, ACCOUNT, request, SessionEnd.BAD_REQUEST);
        });
  }

  private static EvaluatorStage stage(Recorder recorder, int permits) {
    return new EvaluatorStage(recorder, 1, FixedHardware.evaluating(permits, EPOCH));
  }

  private static List<String> numbers(int count, int first) {
    return IntStream.range(0, count).mapToObj(i -> "+49301" + (first + i)).toList();
  }

  private byte[] encoded(List<String> contacts, long nonce) throws Exception {
    byte[] retryNonce = nonce(nonce);
    byte[] elements = blinding(contacts, retryNonce).elements();
    return new EvaluationRequestWriter(EPOCH, contacts.size(), retryNonce, elements).encoded();
  }

  private static byte[] nonce(long number) {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    nonce[nonce.length - 1] = (byte) number;
    return nonce;
  }

  private Blinding blinding(List<String> contacts, byte[] nonce) throws Exception {
    List<byte[]> inputs = new ArrayList<>();
    for (String contact : contacts) {
      inputs.add(LookupKey.blindedInput(Identifier.parse(contact)));
    }
    long blinds = contacts.isEmpty() ? 0 : contacts.getLast().hashCode();
    return new Blinding(inputs, size, nonce, new SeededRandom(blinds));
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
            byte[] secret = nonce(nonce);
            // All of them blinded, whatever the count: objects are numbered in preparation, too.
            byte[] elements = blinding(numbers(size, 100_000), secret).elements();
            EvaluatorKey key = EvaluatorKey.random(new SeededRandom(1));
            recorder.resume();
            new Evaluator(key).evaluate(elements, count, secret).elements();
          } finally {
            recorder.pause();
          }
        });
  }
}
