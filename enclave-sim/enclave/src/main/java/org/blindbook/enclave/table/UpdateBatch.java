package org.blindbook.enclave.table;

import java.util.Arrays;

/**
 * Changes of one update pass, in order: a later entry wins over an earlier one of the same key. All
 * arrays have {@link #size} entries.
 */
public final class UpdateBatch {
  /** Changes one batch may hold. */
  public static final int MAX_SIZE = 1 << 16;

  public final int size;

  /** The 128-bit key of each entry: high and low half. */
  public final long[] keyHi;

  public final long[] keyLo;

  /** The value to store under the key; zero deletes the key, whether it is there or not. */
  public final long[] valueHi;

  public final long[] valueLo;

  /**
   * @param size 1 to {@value #MAX_SIZE}
   */
  public UpdateBatch(int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("an update batch holds 1 to " + MAX_SIZE + " entries");
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
