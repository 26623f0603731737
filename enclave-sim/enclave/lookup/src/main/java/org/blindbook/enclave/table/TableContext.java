package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.RandomSource;

/**
 * What a table needs from outside.
 *
 * @param workers threads for the passes
 * @param memoryBudget bytes that slots may take, old and new table together while it grows
 */
record TableContext(
    RandomSource random, Kernels kernels, Workers workers, FailStop failStop, long memoryBudget) {

  /**
   * Three quarters of the heap for slots; the rest is left to batches and sessions.
   *
   * @leaks nothing: works on public sizes only
   */
  static TableContext production(RandomSource random) {
    return new TableContext(
        random,
        Kernels.chosen(),
        Workers.shared(),
        FailStop.HALT,
        Runtime.getRuntime().maxMemory() / 4 * 3);
  }
}
