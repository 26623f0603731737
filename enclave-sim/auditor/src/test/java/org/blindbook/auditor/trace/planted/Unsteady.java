package org.blindbook.auditor.trace.planted;

import java.util.HashMap;
import java.util.Map;

/** Code of which nothing can be concluded, whatever the secret. */
final class Unsteady {
  private static final long[] TABLE = new long[64];
  private static final long[] SQUARES = new long[64];
  private static final Map<Object, Object> SEEN = new HashMap<>();
  private static int calls;
  private static long last;

  private Unsteady() {}

  static long countsItsCalls(long secret) {
    return TABLE[calls++ & 63] + secret;
  }

  static long meetsAFailure(long secret) {
    try {
      return Believed.fail(secret);
    } catch (IllegalStateException e) {
      return secret;
    }
  }

  /** A cache of one: it tells this secret from the one before, whoever is first. */
  static boolean remembersTheLast(long secret) {
    boolean same = secret == last;
    last = secret;
    return same;
  }

  static long memoises(long secret) {
    int at = (int) secret & 63;
    if (SQUARES[at] == 0) {
      SQUARES[at] = secret * secret;
    }
    return SQUARES[at];
  }

  static boolean keepsBoxes(long secret) {
    return SEEN.put(secret, TABLE) == null;
  }

  private static final class Broken {
    static final long NUMBER = TABLE[100];
  }

  static long meetsABrokenClass(long secret) {
    try {
      return Broken.NUMBER + secret;
    } catch (LinkageError e) {
      return secret;
    }
  }
}
