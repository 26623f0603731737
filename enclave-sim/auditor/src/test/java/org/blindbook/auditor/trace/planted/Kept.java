package org.blindbook.auditor.trace.planted;

/**
 * A secret carried from one place in an enclave to another. Keeping it shows nowhere; what is done
 * with it may.
 */
public final class Kept {
  private static final byte[][] DRAWS = {new byte[32], new byte[33]};
  private static final long[] TABLE = new long[64];
  private static long secret;
  private static int lastNumber;

  private Kept() {}

  /** At an enclave's start: what another was told is gone. */
  public static void forget() {
    secret = 0;
    lastNumber = 0;
  }

  public static long keep(long next) {
    secret = next;
    return next;
  }

  public static int keep(int next) {
    keep((long) next);
    return next;
  }

  public static byte[] keep(byte[] next) {
    for (byte b : next) {
      secret = secret * 31 + b;
    }
    return next;
  }

  private static int bit() {
    return (int) ((secret * 0x9E37_79B9_7F4A_7C15L >>> 63) ^ (secret & 1));
  }

  /** Shows it: an access that depends on it. */
  public static void tell() {
    TABLE[(int) (secret * 0x9E37_79B9_7F4A_7C15L >>> 58)]++;
  }

  public static int tell(int number) {
    tell();
    return number;
  }

  public static long tell(long number) {
    tell();
    return number;
  }

  public static int added(int number) {
    return number + bit();
  }

  public static long added(long number) {
    return number + bit();
  }

  /** Two places in a row of four change sides. */
  public static int inAnotherOrder(int place) {
    return place ^ bit();
  }

  public static byte[] another(byte[] drawn) {
    return DRAWS[bit()];
  }

  /** Mixed into bytes that everybody may see. */
  public static void tint(byte[] open) {
    open[open.length - 1] ^= (byte) bit();
  }

  /** The size of what is worked on, which is public. */
  public static int size(int next) {
    lastNumber = next;
    return next;
  }

  public static void tellAtPowersOfTwo() {
    if ((lastNumber & (lastNumber - 1)) == 0) {
      tell();
    }
  }

  public static int tellWhenLarge(int size) {
    if (size > 64) {
      tell();
    }
    return size;
  }

  public static long tellAfterADay(long seconds) {
    if (seconds > 86_400) {
      tell();
    }
    return seconds;
  }

  /** When two of different size meet. */
  public static int tellAfterAnother(int size) {
    if (lastNumber != 0 && lastNumber != size) {
      tell();
    }
    lastNumber = size;
    return size;
  }
}
