package org.blindbook.protocol.oprf.ristretto;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * The multiples 0 to 8 of a point, for windows of four bits. A selection reads all of them: which
 * one was meant shows in no address.
 */
final class PointTable {
  private static final int MULTIPLES = 9;
  private static final int SIZE = X25519Field.SIZE;

  /** Length of an entry: an {@link Addend}, coordinate after coordinate. */
  static final int ENTRY = 4 * SIZE;

  private final int[] entries = new int[MULTIPLES * ENTRY];
  private final Addend one = new Addend();
  private final Addend next = new Addend();
  private final Element multiple = new Element();

  /**
   * Makes it the table of p.
   *
   * @leaks nothing
   */
  void fill(Element p, EdwardsCurve curve) {
    multiple.setIdentity();
    store(0);
    multiple.set(p);
    store(1);
    one.set(p);
    for (int i = 2; i < MULTIPLES; i++) {
      curve.add(multiple, one, true);
      store(i);
    }
  }

  private void store(int i) {
    next.set(multiple);
    X25519Field.copy(next.sum, 0, entries, i * ENTRY);
    X25519Field.copy(next.difference, 0, entries, i * ENTRY + SIZE);
    X25519Field.copy(next.t2d, 0, entries, i * ENTRY + 2 * SIZE);
    X25519Field.copy(next.z2, 0, entries, i * ENTRY + 3 * SIZE);
  }

  /**
   * out = digit·p.
   *
   * @param digit -8 to 8
   * @param scratch {@link #ENTRY} numbers; the caller's, because a table may serve many threads
   * @leaks nothing
   */
  void select(int digit, int[] scratch, Addend out) {
    int sign = digit >> 31;
    int wanted = (digit ^ sign) - sign;
    Arrays.fill(scratch, 0);
    for (int entry = 0; entry < MULTIPLES; entry++) {
      int mask = ((entry ^ wanted) - 1) >> 31;
      int at = entry * ENTRY;
      for (int i = 0; i < ENTRY; i++) {
        scratch[i] |= mask & entries[at + i];
      }
    }
    // -(x, y) = (-x, y): the sum and the difference of the coordinates change places.
    for (int i = 0; i < SIZE; i++) {
      int swap = sign & (scratch[i] ^ scratch[SIZE + i]);
      out.sum[i] = scratch[i] ^ swap;
      out.difference[i] = scratch[SIZE + i] ^ swap;
      out.t2d[i] = (scratch[2 * SIZE + i] ^ sign) - sign;
      out.z2[i] = scratch[3 * SIZE + i];
    }
  }
}
