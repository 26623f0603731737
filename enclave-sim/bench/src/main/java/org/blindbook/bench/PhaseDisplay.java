package org.blindbook.bench;

import java.io.Console;
import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.blindbook.enclave.table.BenchmarkProgress;
import org.jspecify.annotations.Nullable;

/** How far a benchmark is: a bar for those who watch, a line per phase in a file, or nothing. */
abstract sealed class PhaseDisplay implements BenchmarkProgress, AutoCloseable {
  private PhaseDisplay() {}

  static PhaseDisplay none() {
    return new None();
  }

  /**
   * @param lines where lines go when nobody watches
   */
  static PhaseDisplay on(PrintWriter lines) {
    Console console = System.console();
    return console != null && console.isTerminal() ? new Bars() : new Lines(lines);
  }

  @Override
  public void close() {}

  private static final class None extends PhaseDisplay {}

  private static final class Lines extends PhaseDisplay {
    private final PrintWriter out;

    Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void begin(String phase, long steps) {
      out.println(phase + " ...");
      out.flush();
    }
  }

  private static final class Bars extends PhaseDisplay {
    private @Nullable ProgressBar bar;

    @Override
    public void begin(String phase, long steps) {
      close();
      bar =
          new ProgressBarBuilder()
              .setTaskName(phase)
              .setInitialMax(steps == 0 ? -1 : steps)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }

    @Override
    public void at(long steps) {
      if (bar != null) {
        bar.stepTo(steps);
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
}
