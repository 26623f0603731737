package org.blindbook.auditor.trace.planted;

import static org.blindbook.auditor.trace.planted.Unseen.boxed;
import static org.blindbook.auditor.trace.planted.Unseen.text;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

/** More leaks inside code of the JDK: what looks like one step is a loop, a table or a branch. */
final class Library {
  private static final String UNRULED = " of a call without a rule";
  private static final byte[] BOX = new byte[256];
  private static final long[] SORTED = {3, 9, 12, 20};

  private record Contact(long key) {} // leak of recordsCompared

  private Library() {}

  @Leaks(by = "")
  static String format(long secret) {
    return String.format("%d contacts", boxed(secret)); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static boolean hashSet(long secret) {
    Set<Object> set = new HashSet<>();
    return set.add(boxed(secret)); // leak
  }

  @Leaks(by = "argument 2" + UNRULED)
  static int binarySearch(long secret) {
    return Arrays.binarySearch(SORTED, secret); // leak
  }

  @Leaks(by = "argument 2" + UNRULED)
  static void fillRange(long secret) {
    Arrays.fill(BOX, (int) secret, 200, (byte) 0); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static int mismatch(long secret) {
    return Arrays.mismatch(new long[] {3, secret}, SORTED); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static int compareArrays(long secret) {
    return Arrays.compare(new long[] {3, secret}, SORTED); // leak
  }

  @Leaks(by = "argument 2" + UNRULED)
  static int numberOfBytes(long secret) {
    byte[] bytes = ByteBuffer.allocate(8).putLong(secret).array();
    return new BigInteger(1, bytes).bitLength(); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long remainderOfFloor(long secret) {
    return Math.floorMod(secret, 7L); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long magnitude(long secret) {
    return Math.abs(secret); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static int sign(long secret) {
    return Long.signum(secret - 11); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long unsignedQuotient(long secret) {
    return Long.divideUnsigned(secret, 7); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static double root(long secret) {
    return Math.sqrt(secret); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static double subnormal(long secret) {
    return Double.longBitsToDouble(secret) + 1; // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long checksumByTable(long secret) {
    CRC32 sum = new CRC32();
    sum.update(ByteBuffer.allocate(8).putLong(secret).array()); // leak
    return sum.getValue();
  }

  @Leaks(by = "argument 1" + UNRULED)
  static byte[] base64(long secret) {
    byte[] bytes = ByteBuffer.allocate(8).putLong(secret).array();
    return Base64.getEncoder().encode(bytes); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static String hexadecimal(long secret) {
    return HexFormat.of().toHexDigits(secret); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static void bitSet(long secret) {
    new BitSet().set((int) secret); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long seed(long secret) {
    return new SplittableRandom(secret).nextInt(100); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long streamFilter(long secret) {
    return LongStream.of(secret).filter(x -> x > 10).count(); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static boolean compareAndSet(long secret) {
    return new AtomicLong(9).compareAndSet(secret, 1); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static int counterOfSecrets(long secret) {
    return new AtomicInteger().addAndGet((int) secret); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static Exception message(long secret) {
    return new IllegalStateException(text(secret)); // leak
  }

  @Leaks(by = "receiver of a call")
  static boolean publicTextCompared(long secret) {
    return text(secret).equals("number 9"); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static String repeated(long secret) {
    return "x".repeat((int) secret); // leak
  }

  /** The record's own {@code equals} is the JDK's. */
  @Leaks(by = "")
  static boolean recordsCompared(long secret) {
    return new Contact(secret).equals(new Contact(9));
  }

  @Leaks(by = "comparison")
  static int patternWithGuard(long secret) {
    Object contact = new Contact(secret);
    return switch (contact) {
      case Contact(long key) when key > 10 -> 1; // leak
      case Contact known -> 2;
      default -> 3;
    };
  }

  @Leaks(by = "argument 1" + UNRULED)
  static long elementReplaced(long secret) {
    List<Long> list = Arrays.asList(3L, 20L);
    list.set((int) secret & 1, 7L); // leak
    return list.getFirst();
  }
}
