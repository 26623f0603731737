package org.blindbook.enclave.table;

import java.util.Arrays;

/**
 * Queries of one lookup pass, of one client or of many, and their answers: the value stored under
 * each key, or zero for a miss.
 */
public final class LookupBatch extends Batch {
  /** All ones for a real query; zero for a dummy, whose key does not matter and value is zero. */
  public final long[] active;

  /**
   * A batch of dummies.
   *
   * @param size 1 to {@value #MAX_SIZE}
   */
  public LookupBatch(int size) {
    super(size);
    this.active = new long[size];
  }

  /** Forgets queries and answers; the batch is all dummies again. */
  @Override
  public void wipe() {
    super.wipe();
    Arrays.fill(active, 0);
  }
}
