package org.blindbook.auditor.trace.planted;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;

/** Leaks inside code of the JDK that a call on a secret leads to. */
final class Calls {
  private record Holder(long secret) {}

  private static final class OwnMap extends TreeMap<Long, Long> {
    private static final long serialVersionUID = 1;
  }

  private Calls() {}

  @Leaks(by = "argument 1 of a call")
  static boolean arraysEquals(long secret) {
    return Arrays.equals(new long[] {secret, 2}, new long[] {9, 2}); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static Long boxing(long secret) {
    return secret; // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static boolean hashMap(long secret) {
    Map<Object, Object> map = new HashMap<>();
    return map.get(new String(new char[] {(char) secret})) == null; // leak
  }

  @Leaks(by = "argument 1 of a call")
  static boolean treeMap(long secret) {
    TreeMap<Long, Long> map = new TreeMap<>();
    return map.containsKey(secret); // leak
  }

  /** The method belongs to the JDK, although the class is traced. */
  @Leaks(by = "argument 1 of a call without a rule")
  static boolean inheritedMethod(long secret) {
    OwnMap map = new OwnMap();
    return map.containsKey(Unseen.boxed(secret)); // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static BigInteger bigInteger(long secret) {
    return BigInteger.valueOf(secret); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long minimum(long secret) {
    return Math.min(secret, 20); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static int compare(long secret) {
    return Long.compare(secret, 20); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static int leadingZeros(long secret) {
    return Long.numberOfLeadingZeros(secret); // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static String text(long secret) {
    return Long.toString(secret); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static String concatenation(long secret) {
    return "n" + secret; // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static long sort(long secret) {
    long[] numbers = {secret, 10, 20};
    Arrays.sort(numbers); // leak
    return numbers[0];
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static void print(long secret) {
    new StringBuilder().append(secret); // leak
  }

  /** Hidden inside an object: nothing differs, but nothing is proved. */
  @Leaks(by = "")
  static int hashOfList(long secret) {
    List<Object> list = new ArrayList<>();
    list.add(new Holder(secret));
    return list.hashCode(); // leak
  }

  @Leaks(by = "")
  static String stringOfObject(long secret) {
    return String.valueOf(new Holder(secret)); // leak
  }

  /** The function is called unseen. */
  @Leaks(by = "")
  static long methodReference(long secret) {
    LongUnaryOperator magnitude = Math::abs; // leak
    return magnitude.applyAsLong(secret);
  }

  @Leaks(by = "")
  static long staticReference(long secret) {
    ToLongFunction<String> parse = Long::parseLong; // leak
    return parse.applyAsLong("1") + secret;
  }

  @Leaks(by = "")
  static void secondThread(long secret) throws InterruptedException {
    Thread thread = new Thread(() -> {}); // leak
    thread.start();
    thread.join();
  }
}
