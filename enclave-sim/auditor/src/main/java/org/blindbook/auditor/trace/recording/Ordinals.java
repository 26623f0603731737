package org.blindbook.auditor.trace.recording;

import org.jspecify.annotations.Nullable;

/**
 * Numbers objects in the order in which instrumented code makes or receives them. A real address
 * differs from run to run; this number does not. Objects are held until the run is over, so that no
 * number is ever given twice.
 *
 * <p>Numbering at first use would be simpler and wrong: of two objects that nobody used before, the
 * one that a secret chooses would always be number one.
 */
final class Ordinals {
  private static final int RECENT = 4;

  private @Nullable Object[] objects = new Object[1 << 10];
  private int[] numbers = new int[1 << 10];
  private int held;
  private final @Nullable Ordinals earlier;
  private int count;

  // Inner loops touch a handful of arrays in turn: most questions end here.
  private final @Nullable Object[] recent = new Object[RECENT];
  private final int[] recentNumbers = new int[RECENT];
  private int oldest;

  /**
   * @param earlier numbers that stay: of what an earlier run left behind, such as constants
   */
  Ordinals(@Nullable Ordinals earlier) {
    this.earlier = earlier;
    this.count = earlier == null ? 0 : earlier.count;
  }

  /** The object's number, from 1; 0 for null. A new object gets the next one. */
  int of(@Nullable Object object) {
    if (object == null) {
      return 0;
    }
    for (int i = 0; i < RECENT; i++) {
      if (recent[i] == object) {
        return recentNumbers[i];
      }
    }
    int number = find(object);
    recent[oldest] = object;
    recentNumbers[oldest] = number;
    oldest = (oldest + 1) % RECENT;
    return number;
  }

  private int find(Object object) {
    if (earlier != null) {
      int known = slot(object, earlier.objects);
      if (earlier.objects[known] != null) {
        return earlier.numbers[known];
      }
    }
    int at = slot(object, objects);
    if (objects[at] == null) {
      objects[at] = object;
      numbers[at] = ++count;
      if (2 * ++held > objects.length) {
        grow();
        at = slot(object, objects);
      }
    }
    return numbers[at];
  }

  private static int slot(Object object, @Nullable Object[] objects) {
    int mask = objects.length - 1;
    int at = System.identityHashCode(object) & mask;
    while (objects[at] != null && objects[at] != object) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    @Nullable Object[] oldObjects = objects;
    int[] oldNumbers = numbers;
    objects = new Object[2 * oldObjects.length];
    numbers = new int[2 * oldObjects.length];
    for (int i = 0; i < oldObjects.length; i++) {
      Object object = oldObjects[i];
      if (object != null) {
        int at = slot(object, objects);
        objects[at] = object;
        numbers[at] = oldNumbers[i];
      }
    }
  }
}
