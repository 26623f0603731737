package org.blindbook.auditor.trace.planted;

/** Leaks that happen once in the life of a class, so in the first run of a family. */
final class Unnoticed {
  private static final long[] TABLE = new long[64];
  private static boolean warned;
  private static long published;
  private static int calls;

  private Unnoticed() {}

  @Leaks(by = "array read")
  static long firstCallOnly(long secret) {
    return calls++ == 0 ? TABLE[(int) secret & 63] : secret; // leak
  }

  /** Only whether the first to come was one of these. */
  @Leaks(by = "branch")
  static void warnsOnce(long secret) {
    if (!warned) {
      warned = true;
      int bit = (int) secret & 1;
      if (bit != 0) { // leak
        TABLE[0]++;
      }
    }
  }

  private static final class Lazy {
    static final long NUMBER = TABLE[(int) published & 63]; // leak of lazyInitialiser

    private Lazy() {}
  }

  @Leaks(by = "array read")
  static long lazyInitialiser(long secret) {
    published = secret;
    return Lazy.NUMBER;
  }

  private static final class Sized {
    static final long[] ROOM = new long[(int) published]; // leak of allocationOfInitialiser

    private Sized() {}
  }

  @Leaks(by = "array allocated")
  static long allocationOfInitialiser(long secret) {
    published = secret;
    return Sized.ROOM.length;
  }
}
