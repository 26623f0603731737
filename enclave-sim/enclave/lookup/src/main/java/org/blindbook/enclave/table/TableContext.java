package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.RandomSource;

/**
 * What a table needs from outside. Tables of one context share its threads.
 *
 * @param workers threads for the passes
 * @param memoryBudget bytes that slots may take, old and new table together while it grows
 */
public record TableContext(
    RandomSource random, Kernels kernels, Workers workers, FailStop failStop, long memoryBudget) {

  /**
   * Of a deployment. Three quarters of the heap for slots; the rest is left to batches and
   * sessions.
   *
   * @param kernel the inner loops: {@code plain}, {@code vector256} or {@code vector512}
   * @param threads of a pass, at least 1
   * @leaks nothing: works on public sizes only
   */
  public static TableContext of(RandomSource random, String kernel, int threads) {
    return new TableContext(
        random,
        Kernels.of(kernel),
        new Workers(threads),
        FailStop.HALT,
        Runtime.getRuntime().maxMemory() / 4 * 3);
  }

  /**
   * @throws IllegalArgumentException with a plain sentence, when this machine has no vectors as
   *     wide as the kernel's
   * @leaks nothing: works on public sizes only
   */
  public void requireMachine() {
    kernels.requireMachine();
  }
}
