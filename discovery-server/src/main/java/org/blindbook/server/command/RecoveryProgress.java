package org.blindbook.server.command;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.blindbook.server.recovery.Progress;
import org.jspecify.annotations.Nullable;

/** Shows on a terminal how far a backup is, a bar for each piece of work that takes a while. */
final class RecoveryProgress implements Progress, AutoCloseable {
  /** Less is done before anybody could read of it. */
  private static final long SMALLEST_BYTES = 16_000_000;

  private final boolean isWatched = LoadBar.isWatched();
  private @Nullable ProgressBar bar;

  @Override
  public void begin(String task, long bytes) {
    close();
    if (isWatched && (bytes == 0 || bytes >= SMALLEST_BYTES)) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(bytes == 0 ? -1 : bytes)
              .setUnit(" MB", 1_000_000)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  @Override
  public void at(long bytes) {
    if (bar != null) {
      bar.stepTo(bytes);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
