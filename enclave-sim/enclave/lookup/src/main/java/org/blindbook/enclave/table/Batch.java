package org.blindbook.enclave.table;

import java.util.Arrays;

/**
 * Keys of one pass, and a value for each. All arrays have {@link #size} entries; the size is
 * public, what the arrays hold is not.
 */
public abstract sealed class Batch permits LookupBatch, UpdateBatch {
  /** Entries one batch may hold. */
  public static final int MAX_SIZE = 1 << 16;

  public final int size;

  /** The 128-bit key of each entry: high and low half. */
  public final long[] keyHi;

  public final long[] keyLo;

  /** The 128-bit value of each entry: high and low half. */
  public final long[] valueHi;

  public final long[] valueLo;

  /**
   * @param size 1 to {@value #MAX_SIZE}
   */
  Batch(int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("a batch holds 1 to " + MAX_SIZE + " entries");
    }
    this.size = size;
    this.keyHi = new long[size];
    this.keyLo = new long[size];
    this.valueHi = new long[size];
    this.valueLo = new long[size];
  }

  /**
   * Forgets all entries.
   *
   * @leaks the size of the batch
   */
  public void wipe() {
    Arrays.fill(keyHi, 0);
    Arrays.fill(keyLo, 0);
    Arrays.fill(valueHi, 0);
    Arrays.fill(valueLo, 0);
  }
}
