package org.blindbook.enclave.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What becomes of bytes on a bad way. */
public final class Damage {
  private Damage() {}

  /** A copy that differs: a bit flipped, an end cut off, or something appended. */
  public static byte[] to(byte[] original, SplittableRandom random) {
    int kind = random.nextInt(original.length == 0 ? 1 : 3);
    return switch (kind) {
      case 0 -> Arrays.copyOf(original, original.length + 1 + random.nextInt(40));
      case 1 -> Arrays.copyOf(original, random.nextInt(original.length));
      default -> {
        byte[] flipped = original.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
    };
  }

  /** Other bytes in a few places of a copy. */
  public static byte[] within(byte[] original, SplittableRandom random) {
    byte[] changed = original.clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      // Most fields are near the front.
      int bound = random.nextBoolean() ? Math.min(64, changed.length) : changed.length;
      changed[random.nextInt(bound)] = (byte) random.nextInt();
    }
    return changed;
  }
}
