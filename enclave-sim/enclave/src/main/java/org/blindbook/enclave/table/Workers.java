package org.blindbook.enclave.table;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * The threads a pass may use. Work is cut into parts at public places; which thread runs a part is
 * the machine's choice and depends on no secret.
 */
final class Workers {
  /** System property: threads a pass uses, all processors by default. */
  static final String SETTING = "blindbook.table.threads";

  /** Everything on the calling thread. */
  static final Workers NONE = new Workers(1);

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

  /** The process's own, shared by its tables. */
  static Workers shared() {
    return Shared.WORKERS;
  }

  private static final class Shared {
    static final Workers WORKERS =
        new Workers(
            Math.max(1, Integer.getInteger(SETTING, Runtime.getRuntime().availableProcessors())));
  }

  int threads() {
    return threads;
  }

  /** Runs {@code part} for 0 to {@code parts} - 1, the first on this thread; returns after all. */
  void run(int parts, IntConsumer part) {
    List<Future<?>> others = new ArrayList<>(parts);
    for (int i = 1; i < parts; i++) {
      int index = i;
      others.add(helpers.submit(() -> part.accept(index)));
    }
    part.accept(0);
    boolean interrupted = false;
    for (Future<?> other : others) {
      while (true) {
        try {
          other.get();
          break;
        } catch (InterruptedException e) {
          // A pass is short and cannot be left half done: finish it, then pass the request on.
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("a part of a pass failed", e.getCause());
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
