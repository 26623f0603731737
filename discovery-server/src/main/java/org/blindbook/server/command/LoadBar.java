package org.blindbook.server.command;

import java.io.Console;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.blindbook.server.registrations.BulkLoad;
import org.jspecify.annotations.Nullable;

/**
 * Shows on a terminal how far a load, an export or a compaction is: of a file, its bytes, their
 * rate and the time left; else the rows. Shows nothing when nobody is watching.
 */
final class LoadBar implements BulkLoad.Progress, AutoCloseable {
  /** The launcher says by this whether standard error is a terminal. Java can tell less. */
  private static final String TERMINAL = "blindbook.terminal";

  private static final int MEGABYTE = 1_000_000;

  private final @Nullable ProgressBar bar;
  private final boolean ofBytes;
  private final long start = System.nanoTime();

  private LoadBar(@Nullable ProgressBar bar, boolean ofBytes) {
    this.bar = bar;
    this.ofBytes = ofBytes;
  }

  /**
   * @param bytes of the file, where they are known
   */
  static LoadBar over(OptionalLong bytes) {
    if (!isWatched()) {
      return new LoadBar(null, false);
    }
    ProgressBarBuilder builder = builder("Loading");
    return bytes.isPresent()
        ? new LoadBar(
            builder.setInitialMax(bytes.getAsLong()).setUnit(" MB", MEGABYTE).showSpeed().build(),
            true)
        : new LoadBar(builder.setInitialMax(-1).setUnit(" rows", 1).build(), false);
  }

  /**
   * For what is read of a store.
   *
   * @param rows how many there are
   */
  static LoadBar exporting(long rows) {
    return isWatched()
        ? new LoadBar(builder("Exporting").setInitialMax(rows).setUnit(" rows", 1).build(), false)
        : new LoadBar(null, false);
  }

  /** For what is removed from a store: nobody knows beforehand how much it is. */
  static LoadBar compacting() {
    return isWatched()
        ? new LoadBar(builder("Compacting").setInitialMax(-1).setUnit(" rows", 1).build(), false)
        : new LoadBar(null, false);
  }

  private static ProgressBarBuilder builder(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setConsumer(new ConsoleProgressBarConsumer(System.err));
  }

  /** Whether somebody sees what is shown. */
  static boolean isWatched() {
    Console console = System.console();
    return Boolean.getBoolean(TERMINAL) || (console != null && console.isTerminal());
  }

  @Override
  public void reached(long bytes, long rows) {
    if (bar != null) {
      bar.stepTo(ofBytes ? bytes : rows);
      double seconds = (System.nanoTime() - start) / 1e9;
      bar.setExtraMessage(
          String.format(Locale.ROOT, " %,d rows, %,.0f rows/s", rows, rows / seconds));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
