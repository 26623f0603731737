package org.blindbook.auditor.trace.planted;

/** Code of which nothing can be concluded, whatever the secret. */
final class Unsteady {
  private static final long[] TABLE = new long[64];
  private static int calls;

  private Unsteady() {}

  static long countsItsCalls(long secret) {
    return TABLE[calls++ & 63] + secret;
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
