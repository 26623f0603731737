package org.blindbook.enclave.table;

/**
 * Changes of one update pass, in order: a later entry wins over an earlier one of the same key.
 * Each value is stored under its key; zero deletes the key, whether it is there or not.
 */
public final class UpdateBatch extends Batch {
  /**
   * @param size 1 to {@value #MAX_SIZE}
   */
  public UpdateBatch(int size) {
    super(size);
  }
}
