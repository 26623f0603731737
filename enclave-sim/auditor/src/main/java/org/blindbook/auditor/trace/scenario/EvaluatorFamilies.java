package org.blindbook.auditor.trace.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;

/**
 * The evaluator of blinded mode, called directly. A proof's sums with public weights take variable
 * time by design: they are left out here, and what the proof does with the key is not.
 */
final class EvaluatorFamilies {
  private static final String L_MINUS_ONE =
      "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
  private static final String ONE =
      "0100000000000000000000000000000000000000000000000000000000000000";
  private static final String TOP_BIT =
      "0000000000000000000000000000000000000000000000000000000000000010";
  private static final String EIGHTS =
      "8888888888888888888888888888888888888888888888888888888888888808";

  private static final byte[] NONCE = new byte[32];

  private final int size;

  EvaluatorFamilies(Scale scale) {
    this.size = Math.max(2, scale.sizeClass() / 64);
  }

  List<Family> all() {
    return List.of(keys(), inputs(), proofs(), scalars());
  }

  /** What is watched; what it needs was made before, afresh for each run, as objects count. */
  private interface Watched {
    void run() throws Exception;
  }

  private interface Preparation {
    Watched run() throws Exception;
  }

  private static Input input(String name, Preparation preparation) {
    return new Input(name, recorder -> run(recorder, preparation));
  }

  private static void run(Recorder recorder, Preparation preparation) throws Exception {
    recorder.prepare();
    try {
      Watched watched = preparation.run();
      recorder.resume();
      watched.run();
    } finally {
      recorder.pause();
    }
  }

  private static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes);
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** A key or blind like a real one. */
  private static byte[] scalar(long seed) {
    return Scalar.reduce(random(seed, Scalar.WIDE_BYTES)).encode();
  }

  /** Identifiers of one length. */
  private List<byte[]> numbers(int first, int step) {
    return IntStream.range(0, size)
        .mapToObj(i -> ("tel:+49301" + (first + i * step)).getBytes(US_ASCII))
        .toList();
  }

  private Family keys() {
    return new Family(
        "evaluator-keys",
        "The evaluator's key: read, made public, and used on blinded identifiers.",
        List.of(
            key("a key", scalar(1)),
            key("another key", scalar(2)),
            key("the number one", hex(ONE)),
            key("the largest number", hex(L_MINUS_ONE)),
            key("one bit", hex(TOP_BIT)),
            key("every window at its end", hex(EIGHTS))));
  }

  private Input key(String name, byte[] key) {
    return input(
        name,
        () -> {
          byte[] blinded = blinded(100_000, 1, 1);
          byte[] stored = key.clone();
          return () -> evaluate(EvaluatorKey.decode(stored), blinded);
        });
  }

  private byte[] blinded(int first, int step, long blinds) throws Exception {
    return new Blinding(numbers(first, step), size, NONCE, new SeededRandom(blinds)).elements();
  }

  private void evaluate(EvaluatorKey key, byte[] blinded) throws Exception {
    new Evaluator(key).evaluate(blinded, size, NONCE).elements();
    key.encode();
  }

  private Family inputs() {
    return new Family(
        "evaluator-inputs",
        "Who is asked for, and under which blinds.",
        List.of(
            identifiers("some", 100_000, 1, 1),
            identifiers("the same under other blinds", 100_000, 1, 2),
            identifiers("others", 700_000, 9, 3),
            identifiers("one many times", 555_555, 0, 4)));
  }

  private Input identifiers(String name, int first, int step, long blinds) {
    return input(
        name,
        () -> {
          EvaluatorKey key = EvaluatorKey.decode(scalar(1));
          byte[] blinded = blinded(first, step, blinds);
          return () -> evaluate(key, blinded);
        });
  }

  private Family proofs() {
    return new Family(
        "evaluator-proofs",
        "The key and the random number of a proof, once its public sum is known.",
        List.of(
            proof("a key", scalar(1), 1),
            proof("the same with another random number", scalar(1), 2),
            proof("another key", scalar(2), 1),
            proof("the number one", hex(ONE), 3),
            proof("the largest number", hex(L_MINUS_ONE), 4)));
  }

  /** The method is not public: what it gives is a proof only if its caller summed rightly. */
  private Input proof(String name, byte[] key, long seed) {
    return input(
        name,
        () -> {
          Class<?> type = Class.forName("org.blindbook.protocol.oprf.DleqProof");
          Constructor<?> constructor = type.getDeclaredConstructor();
          constructor.setAccessible(true);
          Object dleq = constructor.newInstance();
          Method generate =
              type.getDeclaredMethod("generate", EvaluatorKey.class, Element.class, Scalar.class);
          generate.setAccessible(true);
          EvaluatorKey read = EvaluatorKey.decode(key.clone());
          Element sum = Encoding.generator();
          SeededRandom random = new SeededRandom(seed);
          return () -> generate.invoke(dleq, read, sum, Scalar.random(random));
        });
  }

  private Family scalars() {
    return new Family(
        "scalars",
        "Numbers modulo the group's order: differences, products, halves and bytes.",
        List.of(
            arithmetic("two numbers", scalar(1), scalar(2)),
            arithmetic("two others", scalar(3), scalar(4)),
            arithmetic("small ones", hex(ONE), hex(ONE)),
            arithmetic("the largest", hex(L_MINUS_ONE), hex(L_MINUS_ONE)),
            arithmetic("one bit", hex(TOP_BIT), hex(EIGHTS))));
  }

  private static Input arithmetic(String name, byte[] a, byte[] b) {
    return input(
        name,
        () -> {
          byte[] both = Arrays.copyOf(a, Scalar.WIDE_BYTES);
          System.arraycopy(b, 0, both, Scalar.BYTES, Scalar.BYTES);
          return () -> calculate(both);
        });
  }

  private static void calculate(byte[] both) {
    Scalar x = Scalar.decode(both, 0).get();
    Scalar y = Scalar.decode(both, Scalar.BYTES).get();
    for (Scalar number : List.of(x.minus(y.half()), x.times(y))) {
      number.encode();
      number.wipe();
    }
    Scalar.reduce(both).encode();
  }
}
