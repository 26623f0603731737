package org.blindbook.edge.blinding;

import java.util.ArrayList;
import java.util.List;
import org.blindbook.protocol.oprf.ristretto.Addend;
import org.blindbook.protocol.oprf.ristretto.EdwardsCurve;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Multiples of one element, so that its products need no doublings: row w holds 1 to {@value
 * #MULTIPLES} times 32^w times the element, each with Z = 1. Some 100 KB. Immutable, for any number
 * of threads.
 */
final class FixedBaseTable {
  static final int WIDTH = 5;
  static final int ROWS = 51;
  static final int MULTIPLES = 1 << (WIDTH - 1);

  private static final int SIZE = X25519Field.SIZE;

  /** Length of an entry: Y+X, Y-X and 2d·T of an {@link Addend}. */
  static final int ENTRY = 3 * SIZE;

  /** What a selection needs: a row. */
  static final int SCRATCH = MULTIPLES * ENTRY;

  private final int[][] rows = new int[ROWS][SCRATCH];

  /** That of the generator; made when it is first needed. */
  static FixedBaseTable generator() {
    return OfGenerator.TABLE;
  }

  private static final class OfGenerator {
    static final FixedBaseTable TABLE = new FixedBaseTable(Encoding.generator());
  }

  /** Of a public element. */
  FixedBaseTable(Element base) {
    EdwardsCurve curve = new EdwardsCurve();
    Addend addend = new Addend();
    List<Element> multiples = new ArrayList<>(ROWS * MULTIPLES);
    Element first = new Element();
    first.set(base);
    for (int row = 0; row < ROWS; row++) {
      addend.set(first);
      Element multiple = new Element();
      for (int i = 0; i < MULTIPLES; i++) {
        curve.add(multiple, addend, true);
        Element kept = new Element();
        kept.set(multiple);
        multiples.add(kept);
      }
      addend.set(multiple);
      curve.add(multiple, addend, true); // twice 16 times the first of this row
      first = multiple;
    }
    AffinePoints.normalize(multiples);
    for (int i = 0; i < multiples.size(); i++) {
      addend.set(multiples.get(i));
      int[] row = rows[i / MULTIPLES];
      int at = i % MULTIPLES * ENTRY;
      X25519Field.copy(addend.sum, 0, row, at);
      X25519Field.copy(addend.difference, 0, row, at + SIZE);
      X25519Field.copy(addend.t2d, 0, row, at + 2 * SIZE);
    }
  }

  /**
   * out = digit·32^row times the element. Copies the whole row; then each bit of the digit halves
   * what is left of it by masks. Within one array and at constant distances the compiler makes
   * vectors of that, which it does not where two arrays might overlap: that took three times as
   * long. For the digit 0 it is the identity. Which entry was wanted shows in no address and no
   * branch.
   *
   * @param digit -{@value #MULTIPLES} to {@value #MULTIPLES}
   * @param scratch {@link #SCRATCH} numbers; the entry is left in the first {@link #ENTRY}
   * @param out its Z is left alone: take it to be 1
   */
  void select(int row, int digit, int[] scratch, Addend out) {
    int sign = digit >> 31;
    int wanted = (digit ^ sign) - sign;
    int entry = wanted - 1; // -1 for the digit 0: the last entry, replaced below
    System.arraycopy(rows[row], 0, scratch, 0, SCRATCH);
    int mask = -(entry >> 3 & 1);
    for (int i = 0; i < 8 * ENTRY; i++) {
      scratch[i] ^= mask & (scratch[i] ^ scratch[8 * ENTRY + i]);
    }
    mask = -(entry >> 2 & 1);
    for (int i = 0; i < 4 * ENTRY; i++) {
      scratch[i] ^= mask & (scratch[i] ^ scratch[4 * ENTRY + i]);
    }
    mask = -(entry >> 1 & 1);
    for (int i = 0; i < 2 * ENTRY; i++) {
      scratch[i] ^= mask & (scratch[i] ^ scratch[2 * ENTRY + i]);
    }
    mask = -(entry & 1);
    for (int i = 0; i < ENTRY; i++) {
      scratch[i] ^= mask & (scratch[i] ^ scratch[ENTRY + i]);
    }
    int some = ~(entry >> 31);
    for (int i = 0; i < ENTRY; i++) {
      scratch[i] &= some;
    }
    scratch[0] |= ~some & 1;
    scratch[SIZE] |= ~some & 1;
    // -(x, y) = (-x, y): the sum and the difference of the coordinates change places.
    for (int i = 0; i < SIZE; i++) {
      int swap = sign & (scratch[i] ^ scratch[SIZE + i]);
      out.sum[i] = scratch[i] ^ swap;
      out.difference[i] = scratch[SIZE + i] ^ swap;
      out.t2d[i] = (scratch[2 * SIZE + i] ^ sign) - sign;
    }
  }
}
