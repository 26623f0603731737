package org.blindbook.server.registrations;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Hands batches to a {@link LoadTarget} on a thread of its own, so that one is written while the
 * next is filled. There are two batches: whoever fills faster than the target takes waits for it.
 */
final class BatchWriter implements AutoCloseable {
  private final LoadTarget target;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> Thread.ofPlatform().daemon().name("registrations").unstarted(work));
  private RegistrationBatch filling = new RegistrationBatch();
  private RegistrationBatch other = new RegistrationBatch();
  private Future<@Nullable Void> writing = CompletableFuture.completedFuture(null);

  BatchWriter(LoadTarget target) {
    this.target = target;
  }

  /** To be filled; another one after each {@link #write}. */
  RegistrationBatch batch() {
    return filling;
  }

  /** Begins to write the batch, unless it is empty, once the one before is written. */
  void write(Optional<LoadProgress> reached) throws StoreException {
    if (filling.size() == 0) {
      return;
    }
    await();
    RegistrationBatch full = filling;
    writing =
        thread.submit(
            () -> {
              target.take(full, reached);
              full.clear();
              return null;
            });
    filling = other;
    other = full;
  }

  /** Returns when everything that was begun is written. */
  void await() throws StoreException {
    try {
      writing.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case StoreException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException("a target throws nothing else", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("The load was interrupted: load the file again.", e);
    }
  }

  /** Waits for a write under way, which ends by itself. */
  @Override
  public void close() {
    thread.close();
  }
}
