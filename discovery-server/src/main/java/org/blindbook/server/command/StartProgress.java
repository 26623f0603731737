package org.blindbook.server.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Says on standard error what a start waits for, from time to time until it is closed. */
final class StartProgress implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(10);

  private final Thread thread;

  /**
   * @param awaited the end of a sentence
   */
  StartProgress(PrintWriter err, Supplier<String> awaited, Duration every) {
    thread = Thread.ofVirtual().start(() -> repeat(err, awaited, every));
  }

  private static void repeat(PrintWriter err, Supplier<String> awaited, Duration every) {
    long start = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(every);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        err.println("blindbook: not ready after " + seconds + " s: " + awaited.get());
        err.flush();
      }
    } catch (InterruptedException e) {
      // It is ready, or never will be.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
