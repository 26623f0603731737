package org.blindbook.auditor.trace.recording;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Names for the classes that stand behind lambdas. The virtual machine names them by chance; here
 * each has the number of the place in the code that made it.
 */
final class Lambdas {
  private static final Map<Class<?>, Integer> SITES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Lambdas() {}

  static void made(Object lambda, int site) {
    SITES.putIfAbsent(lambda.getClass(), site);
  }

  /** A number for the object's class that is the same in every run. */
  static long typeOf(Object object) {
    Class<?> type = object.getClass();
    if (!type.isHidden()) {
      return type.getName().hashCode();
    }
    return Long.MIN_VALUE | SITES.getOrDefault(type, Sites.NONE);
  }
}
