package org.blindbook.enclave.table;

import java.util.Arrays;

/**
 * Queries of one lookup pass, of one client or of many, and their answers. All arrays have {@link
 * #size} entries; the size is public, what the arrays hold is not.
 */
public final class LookupBatch {
  /** Queries one batch may hold. */
  public static final int MAX_SIZE = 1 << 16;

  public final int size;

  /** The 128-bit key of each query: high and low half. */
  public final long[] keyHi;

  public final long[] keyLo;

  /** All ones for a real query; zero for a dummy, whose key does not matter and value is zero. */
  public final long[] active;

  /** The answer to each query: the value stored under the key, or zero for a miss. */
  public final long[] valueHi;

  public final long[] valueLo;

  /**
   * A batch of dummies.
   *
   * @param size 1 to {@value #MAX_SIZE}
   */
  public LookupBatch(int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("a lookup batch holds 1 to " + MAX_SIZE + " queries");
    }
    this.size = size;
    this.keyHi = new long[size];
    this.keyLo = new long[size];
    this.active = new long[size];
    this.valueHi = new long[size];
    this.valueLo = new long[size];
  }

  /**
   * Forgets queries and answers; the batch is all dummies again.
   *
   * @leaks the size of the batch
   */
  public void wipe() {
    Arrays.fill(keyHi, 0);
    Arrays.fill(keyLo, 0);
    Arrays.fill(active, 0);
    Arrays.fill(valueHi, 0);
    Arrays.fill(valueLo, 0);
  }
}
