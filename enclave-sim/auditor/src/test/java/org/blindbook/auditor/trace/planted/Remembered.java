package org.blindbook.auditor.trace.planted;

import static org.blindbook.auditor.trace.planted.Unseen.choose;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/** Leaks through what was kept of a secret, or of an earlier one. */
final class Remembered {
  private static final Step ADD = new Step.Add(1);
  private static final Step FLIP = new Step.Flip(1);
  private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

  private Remembered() {}

  @Leaks(by = "argument 1 of a call")
  static Object cachedIntegers(long secret) {
    return Integer.valueOf((int) secret); // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static void threadLocal(long secret) {
    LOCAL.set(Unseen.boxed(secret)); // leak
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static Object weakReference(long secret) {
    return new WeakReference<>(choose(secret, ADD, FLIP)).get(); // leak
  }

  @Leaks(by = "receiver of a call without a rule")
  static String interned(long secret) {
    return Unseen.text(secret).intern(); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static byte[] textAsKey(long secret) {
    Map<Object, Object> map = new HashMap<>();
    map.put(Unseen.text(secret), ADD); // leak
    return new byte[map.size()];
  }
}
