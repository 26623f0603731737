package org.blindbook.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets Ctrl-C end a call of the client as the library does it: the connection is closed, what is
 * stored is whole. The process then ends with the signal's exit code, 130 for Ctrl-C.
 */
final class CancelledByUser implements Executor {
  /** Long enough for a write to disk; nothing else is waited for. */
  private static final long FAREWELL_MILLIS = 2_000;

  private final List<Thread> workers = new CopyOnWriteArrayList<>();
  private final PrintWriter err;
  private final String sentence;

  /**
   * @param sentence to say when it was cancelled
   */
  CancelledByUser(PrintWriter err, String sentence) {
    this.err = err;
    this.sentence = sentence;
  }

  /** Runs what the client does, so that its end can be waited for. */
  @Override
  public void execute(Runnable work) {
    Thread worker = new Thread(work, "blindbook-discovery");
    worker.setDaemon(true);
    workers.add(worker);
    worker.start();
  }

  /** Waits for the result of a call that runs on this executor. */
  <T> T await(Supplier<CompletableFuture<T>> call) throws ExecutionException, InterruptedException {
    CompletableFuture<T> future = call.get();
    Thread hook = new Thread(() -> cancel(future), "blindbook-cancel");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return future.get();
    } finally {
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs just now.
    }
  }

  void cancel(CompletableFuture<?> future) {
    if (!future.cancel(true)) {
      return;
    }
    try {
      for (Thread worker : workers) {
        worker.join(FAREWELL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.println("blindbook: " + sentence);
    err.flush();
  }
}
