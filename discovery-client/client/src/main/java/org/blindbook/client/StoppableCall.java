package org.blindbook.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A piece of blocking work and the future of its result. Whoever completes the future before the
 * work is done, by cancelling it above all, interrupts the work: what blocks then gives up, and
 * closes and wipes what it has on its way out. Work that has not begun never does.
 */
final class StoppableCall<T> extends CompletableFuture<T> {
  private final Work<T> work;

  // Of the lock of this object.
  private @Nullable Thread worker;
  private boolean stopped;

  /** May throw anything. */
  interface Work<T> {
    T get() throws DiscoveryException;
  }

  StoppableCall(Work<T> work) {
    this.work = work;
    whenComplete((result, failure) -> stop());
  }

  /** Does the work on this thread, unless it was stopped; returns when the work has ended. */
  @Nullable Void run() {
    if (!begin()) {
      return null;
    }
    T result;
    try {
      result = work.get();
    } catch (Throwable failure) {
      end();
      completeExceptionally(failure);
      return null;
    }
    end();
    complete(result);
    return null;
  }

  private synchronized boolean begin() {
    if (!stopped) {
      worker = Thread.currentThread();
    }
    return !stopped;
  }

  /** The thread is its executor's again: an interrupt that was meant for the work ends with it. */
  private synchronized void end() {
    worker = null;
    if (stopped) {
      Thread.interrupted();
    }
  }

  private synchronized void stop() {
    stopped = true;
    if (worker != null) {
      worker.interrupt();
    }
  }

  /** Stages that are derived from this one have no work to stop. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
