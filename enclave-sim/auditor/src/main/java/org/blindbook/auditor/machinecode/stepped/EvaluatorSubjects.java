package org.blindbook.auditor.machinecode.stepped;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * The evaluator of a blinded deployment: what it does with its key and with how many of a batch are
 * paid for. The sums of a proof take variable time by design and are left out.
 */
final class EvaluatorSubjects {
  private static final String PACKAGE = "org.blindbook.protocol.oprf.";
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** Secret numbers: like a key, one, the order less one, and one whose windows all end high. */
  private static final List<String> NUMBERS =
      List.of("a number", "another", "one", "the largest", "every window at its end");

  private static final List<byte[]> VALUES =
      List.of(
          number(1),
          number(2),
          HexFormat.of().parseHex("01" + "00".repeat(31)),
          HexFormat.of()
              .parseHex("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
          HexFormat.of().parseHex("88".repeat(31) + "08"));

  private static final byte[] NONCE = new byte[32];
  private static final int PADDED = 64;

  List<Subject> all() throws ReflectiveOperationException {
    try {
      return List.of(multiplication(), response(), padding(), encoding());
    } catch (OprfException e) {
      throw new ReflectiveOperationException("the evaluator takes other input", e);
    }
  }

  private static byte[] number(long seed) {
    byte[] wide = new byte[Scalar.WIDE_BYTES];
    new Random(seed).nextBytes(wide);
    return Scalar.reduce(wide).encode();
  }

  /** Makes a number another one, in its place. */
  private static void set(Scalar scalar, byte[] value) {
    try {
      Field limbs = Scalar.class.getDeclaredField("limbs");
      limbs.setAccessible(true);
      int[] from = (int[]) limbs.get(Scalar.decode(value, 0).orElseThrow());
      System.arraycopy(from, 0, (int[]) limbs.get(scalar), 0, from.length);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a number is held in another way", e);
    }
  }

  private static Scalar scalar() {
    return Scalar.decode(VALUES.get(0), 0).orElseThrow();
  }

  private static MethodHandle multiply(Scalar key, Element element, Element product)
      throws ReflectiveOperationException {
    MethodHandle multiply =
        LOOKUP.findVirtual(
            ScalarMultiplication.class,
            "multiply",
            MethodType.methodType(void.class, Scalar.class, Element.class, Element.class));
    return MethodHandles.insertArguments(
        multiply, 0, new ScalarMultiplication(), key, element, product);
  }

  private static MethodHandle bound(Object receiver, String name, Object... arguments)
      throws ReflectiveOperationException {
    MethodHandle handle = handle(receiver, name, arguments.length);
    return dropped(MethodHandles.insertArguments(handle, 0, arguments));
  }

  private static MethodHandle handle(Object receiver, String name, int parameters)
      throws ReflectiveOperationException {
    for (Method method : receiver.getClass().getDeclaredMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == parameters) {
        method.setAccessible(true);
        return LOOKUP.unreflect(method).bindTo(receiver);
      }
    }
    throw new NoSuchMethodException(receiver.getClass().getName() + "." + name);
  }

  private static MethodHandle dropped(MethodHandle handle) {
    return handle.asType(MethodType.methodType(void.class));
  }

  private static Object create(String type, Object... arguments)
      throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(PACKAGE + type).getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return constructor.newInstance(arguments);
  }

  /** More than a million instructions: as many numbers as there is time for. */
  private static Subject multiplication() throws ReflectiveOperationException {
    Scalar key = scalar();
    Element element = Encoding.generator();
    Element product = new Element();
    return Subject.of(
        "evaluator: multiplication",
        List.of(NUMBERS.get(0), NUMBERS.get(2), NUMBERS.get(4)),
        input -> set(key, VALUES.get(2 * input)),
        List.of(multiply(key, element, product)));
  }

  /** r - c·k, and its encoding; also half the key. The product by itself, as objects move. */
  private static Subject response() throws ReflectiveOperationException {
    Scalar key = scalar();
    Scalar random = scalar();
    Scalar challenge = scalar();
    return Subject.of(
        "evaluator: response",
        NUMBERS,
        input -> {
          set(key, VALUES.get(input));
          set(random, VALUES.get((input + 1) % VALUES.size()));
        },
        List.of(
            bound(challenge, "times", key),
            bound(random, "minus", key),
            bound(random, "encode"),
            bound(key, "half"),
            bound(key, "isZero")));
  }

  private static byte[] identifier(int number) {
    return ("tel:+49301" + (1_000_000 + number)).getBytes(US_ASCII);
  }

  /** A method of (byte[], int, ...) whose number is read when it is called. */
  private static MethodHandle counted(MethodHandle method, byte[] elements, int[] count) {
    MethodHandle number =
        MethodHandles.insertArguments(MethodHandles.arrayElementGetter(int[].class), 0, count, 0);
    return MethodHandles.foldArguments(MethodHandles.insertArguments(method, 0, elements), number);
  }

  private static Subject padding() throws ReflectiveOperationException {
    Object padding = create("Padding", (Object) NONCE);
    byte[] elements = new byte[PADDED * Encoding.BYTES];
    int[] count = new int[1];
    return Subject.of(
        "evaluator: padding",
        List.of("none paid for", "one", "half", "all but one", "all"),
        input -> {
          new Random(input).nextBytes(elements);
          count[0] = new int[] {0, 1, PADDED / 2, PADDED - 1, PADDED}[input];
        },
        List.of(dropped(counted(handle(padding, "write", 2), elements, count))));
  }

  /** Elements times the key, on their way into bytes: nobody may see their coordinates. */
  private static Subject encoding() throws ReflectiveOperationException, OprfException {
    List<Element> elements = List.of(new Element(), new Element());
    List<byte[]> encoded = new ArrayList<>();
    for (int input = 0; input < 3; input++) {
      List<byte[]> identifiers = List.of(identifier(input), identifier(3 * input + 1));
      encoded.add(new Blinding(identifiers, 2, NONCE, new SecureRandom()).elements());
    }
    Encoding encoding = new Encoding();
    return Subject.of(
        "evaluator: encoding",
        List.of("two elements", "two others", "two more"),
        input -> {
          for (int i = 0; i < elements.size(); i++) {
            encoding.decode(encoded.get(input), i * Encoding.BYTES, elements.get(i));
          }
        },
        List.of(bound(new BatchEncoding(), "encodeDoubles", elements)));
  }
}
