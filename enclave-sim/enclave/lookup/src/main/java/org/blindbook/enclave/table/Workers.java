package org.blindbook.enclave.table;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads a pass may use. Work is cut into parts at public places; which thread runs a part is
 * the machine's choice and depends on no secret.
 */
final class Workers {
  /** With fewer vector operations than this, waking another thread takes longer than it saves. */
  static final long WORTH_A_THREAD = 1 << 16;

  /** A part of the work: units {@code from} to {@code to} - 1. Parts count from 0. */
  @FunctionalInterface
  interface Part {
    /**
     * @leaks the range
     */
    void run(int part, int from, int to);
  }

  private final int threads;
  private final ExecutorService helpers; // its threads start when first used

  /**
   * @param threads the caller's included, at least 1
   */
  Workers(int threads) {
    this.threads = threads;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            work -> Thread.ofPlatform().daemon().name("table-pass").unstarted(work));
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  int threads() {
    return threads;
  }

  /**
   * Cuts {@code units} units of work into one range per thread, or into one when there is little to
   * do; runs the first range on this thread and returns after all.
   *
   * @param steps vector operations in all, about
   * @leaks units and steps
   */
  void split(int units, long steps, Part work) {
    int parts = steps < WORTH_A_THREAD ? 1 : Math.min(threads, units);
    CompletableFuture<?>[] others = new CompletableFuture<?>[parts - 1];
    for (int i = 1; i < parts; i++) {
      int part = i;
      others[i - 1] = CompletableFuture.runAsync(() -> run(work, part, parts, units), helpers);
    }
    run(work, 0, parts, units);
    // Not to be interrupted: a pass is short and cannot be left half done.
    CompletableFuture.allOf(others).join();
  }

  private static void run(Part work, int part, int parts, int units) {
    int from = (int) ((long) units * part / parts);
    int to = (int) ((long) units * (part + 1) / parts);
    work.run(part, from, to);
  }
}
