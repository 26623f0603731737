package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A whole charge of an account: its ledger opened, refilled and charged, sealed again. The cipher
 * and the MAC inside are the Java runtime's, and are stepped through as well.
 */
final class PermitSubjects {
  private static final int CAPACITY = 1000;
  private static final int REFILL_PER_DAY = 86_400;
  private static final int SIZE_CLASS = 64;
  private static final long GRANTED = -1;
  private static final long START = 1_000_000;
  private static final long NOW = START + 60;
  private static final int NONCE_BYTES = 32;
  private static final int CONTENT_BYTES = 24;

  /** The same bytes again and again: what is drawn is public in length, and no secret here. */
  private static final class Repeated extends SecureRandom {
    private static final long serialVersionUID = 1;

    Repeated() {
      super(null, null);
    }

    @Override
    public void nextBytes(byte[] target) {
      Arrays.fill(target, (byte) 7);
    }
  }

  /**
   * One request of an account.
   *
   * @param device first byte of the nonce
   * @param number another for each request
   */
  private record Asked(int device, int number, long count, long valid) {
    byte[] nonce() {
      byte[] nonce = new byte[NONCE_BYTES];
      nonce[0] = (byte) device;
      nonce[NONCE_BYTES - 1] = (byte) number;
      return nonce;
    }

    byte[] content() {
      byte[] content = new byte[CONTENT_BYTES];
      content[0] = (byte) number;
      return content;
    }
  }

  private static final Asked FIRST = new Asked(1, 1, 100, GRANTED);
  private static final Asked SECOND = new Asked(1, 2, 50, GRANTED);
  private static final Asked THIRD = new Asked(1, 3, 50, GRANTED);

  /**
   * What differs between the inputs.
   *
   * @param before what the account was charged earlier, oldest first
   */
  private record History(String name, List<Asked> before, Asked now) {}

  private static final List<History> HISTORIES =
      List.of(
          new History("a new charge", List.of(FIRST), SECOND),
          new History("a repeat of the last", List.of(FIRST), FIRST),
          new History("a repeat of an older one", List.of(FIRST, SECOND, THIRD), FIRST),
          new History("nothing new", List.of(FIRST, SECOND), new Asked(1, 4, 0, GRANTED)),
          new History("little left", List.of(new Asked(1, 5, 999, GRANTED)), SECOND),
          new History("refused by one", List.of(FIRST), new Asked(1, 6, 901 + 60, GRANTED)),
          new History("refused for ever", List.of(FIRST), new Asked(1, 7, 5000, GRANTED)),
          new History("of another device", List.of(FIRST), new Asked(2, 8, 50, GRANTED)),
          new History("not valid", List.of(FIRST), new Asked(1, 9, 50, 0)));

  private final Object permits =
      Enclave.create("permits.Permits", CAPACITY, REFILL_PER_DAY, key(1), key(2), new Repeated());
  private final byte[] account = new byte[32];

  // Of the request that is watched; always these arrays.
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] content = new byte[CONTENT_BYTES];
  private final long[] count = new long[1];
  private final long[] valid = new long[1];

  PermitSubjects() throws ReflectiveOperationException {}

  static Object key(int number) throws ReflectiveOperationException {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) number);
    return Enclave.create("sealing.SecretKey", (Object) bytes);
  }

  List<Subject> all() throws ReflectiveOperationException {
    byte[][] ledgers = new byte[HISTORIES.size()][];
    for (int i = 0; i < ledgers.length; i++) {
      ledgers[i] = ledgerAfter(HISTORIES.get(i).before());
    }
    byte[] ledger = ledgers[0].clone();
    return List.of(
        Subject.of(
            "permits: charge",
            HISTORIES.stream().map(History::name).toList(),
            input -> {
              Asked now = HISTORIES.get(input).now();
              System.arraycopy(ledgers[input], 0, ledger, 0, ledger.length);
              System.arraycopy(now.nonce(), 0, nonce, 0, nonce.length);
              System.arraycopy(now.content(), 0, content, 0, content.length);
              count[0] = now.count();
              valid[0] = now.valid();
            },
            List.of(charge(ledger))));
  }

  private byte[] ledgerAfter(List<Asked> requests) throws ReflectiveOperationException {
    byte[] ledger = {};
    for (Asked asked : requests) {
      Object bill =
          Enclave.create(
              "permits.Permits$Bill", asked.nonce(), asked.content(), asked.count(), SIZE_CLASS);
      Object decision =
          ((Optional<?>) charging().invoke(permits, account, ledger, bill, asked.valid(), START))
              .orElseThrow();
      ledger = (byte[]) Enclave.call(decision, "ledger");
    }
    return ledger;
  }

  /** The one of two that others may call. */
  private Method charging() throws ReflectiveOperationException {
    return Arrays.stream(permits.getClass().getMethods())
        .filter(method -> method.getName().equals("charge"))
        .findFirst()
        .orElseThrow(() -> new NoSuchMethodException("charge"));
  }

  /** A charge whose bill is made when it is called. */
  private MethodHandle charge(byte[] ledger) throws ReflectiveOperationException {
    MethodHandle bill =
        MethodHandles.insertArguments(
            Enclave.constructor("permits.Permits$Bill"), 0, nonce, content);
    bill = MethodHandles.insertArguments(bill, 1, SIZE_CLASS);
    MethodHandle charge =
        MethodHandles.insertArguments(
            MethodHandles.lookup().unreflect(charging()).bindTo(permits), 0, account, ledger);
    charge = MethodHandles.insertArguments(charge, 2, NOW);
    MethodHandle made = MethodHandles.foldArguments(bill, first(count));
    charge = MethodHandles.foldArguments(charge, made);
    return MethodHandles.foldArguments(charge, first(valid))
        .asType(MethodType.methodType(void.class));
  }

  /** Reads a number when it is called. */
  static MethodHandle first(long[] numbers) {
    return MethodHandles.insertArguments(
        MethodHandles.arrayElementGetter(long[].class), 0, numbers, 0);
  }
}
