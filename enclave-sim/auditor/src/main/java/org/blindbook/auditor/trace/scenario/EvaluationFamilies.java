package org.blindbook.auditor.trace.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.blindbook.protocol.message.EntryKind.NEW;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;

/**
 * An enclave of a blinded deployment: what a client asks to have evaluated, what it then looks up,
 * and what a loader sends. The proof's sums with public weights are left out, as in {@link
 * EvaluatorFamilies}.
 */
final class EvaluationFamilies {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;
  private static final int ACCOUNT = 3;

  private final int size;
  private final List<Key> registered;
  private final List<Key> unknown;

  EvaluationFamilies(Scale scale) {
    this.size = scale.sizeClass();
    this.registered = Key.random(111, scale.registered());
    this.unknown = Key.random(222, size);
  }

  List<Family> all() {
    return List.of(requests(), padding(), loads(), lookups());
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
          Stage stage = blinded(recorder);
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

  private Stage blinded(Recorder recorder) throws Exception {
    Stage stage = new Stage(recorder, 1, FixedHardware.blinded(4 * size, EPOCH));
    stage.call(enclave -> enclave.evaluatorKey(NONE));
    return stage;
  }

  private byte[] encoded(int count, int first, long nonce) throws Exception {
    byte[] retryNonce = new byte[EvaluationRequest.NONCE_BYTES];
    retryNonce[0] = (byte) nonce;
    byte[] elements = blinding(count, first, retryNonce).elements();
    return EvaluationRequest.create(EPOCH, count, retryNonce, elements).encoded();
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

  private Family loads() {
    return new Family(
        "sealed-batches",
        "Whose identifiers, all of one length, a loader seals to the enclave.",
        List.of(
            load("some", 100_000, 1),
            load("others", 700_000, 9),
            load("one many times", 555_555, 0)));
  }

  private Input load(String name, int first, int step) {
    return new Input(
        name,
        recorder -> {
          Stage stage = blinded(recorder);
          List<byte[]> numbers =
              IntStream.range(0, Math.max(2, size / 64))
                  .mapToObj(i -> ("tel:+49301" + (first + i * step)).getBytes(US_ASCII))
                  .toList();
          Claims claims = Claims.decode(stage.call(enclave -> enclave.offer(NONE)).claims());
          SealedBatch batch =
              SealedBatch.seal(claims.channelKey(), EPOCH, numbers, stage.clientRandom());
          stage.watch();
          byte[] keys = stage.call(enclave -> enclave.evaluate(batch));
          if (keys.length != LookupKey.BYTES * numbers.size()) {
            throw new IllegalStateException("a batch was not evaluated as it should be");
          }
        });
  }

  private Family lookups() {
    return new Family(
        "blinded-lookups",
        "Which keys of a blinded deployment are looked up, and which of them are registered.",
        List.of(
            lookup("all registered", registered.subList(0, size)),
            lookup("none registered", unknown),
            lookup("half registered", mixed()),
            lookup("one key", registered.subList(0, 1)),
            lookup("nobody", List.of())));
  }

  private List<Key> mixed() {
    List<Key> keys = new ArrayList<>(registered.subList(0, size / 2));
    keys.addAll(unknown.subList(0, size / 2));
    return keys;
  }

  private Input lookup(String name, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          Stage stage = blinded(recorder);
          stage.update(Key.registrations(registered));
          stage.watch();
          Client client = new Client(stage, ACCOUNT);
          DiscoveryRequest request = Entries.of(asked, NEW).request(size, EPOCH, 1, NONE);
          client.request(request, NONE);
          CompletableFuture<Received> answer = client.acknowledge();
          stage.pass();
          client.finish(answer.join(), asked, registered, size);
        });
  }
}
