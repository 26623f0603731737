package org.blindbook.loadtest.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.blindbook.loadtest.measurement.Counts;
import org.blindbook.loadtest.measurement.Phase;
import org.blindbook.loadtest.measurement.Quantiles;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.measurement.Second;

/** A report for people, and what they see meanwhile. */
public final class TextReport {
  private final PrintWriter out;

  private TextReport(PrintWriter out) {
    this.out = out;
  }

  /** One second of a run that goes on, as one line. */
  public static String line(Second second) {
    Counts counts = second.counts();
    return String.format(
        Locale.ROOT,
        "%4d s  offered %,6d  right %,6d  refused %,6d  timed out %,5d  failed %,5d  wrong %,3d"
            + "  not sent %,5d  p50 %,7.0f ms  p99 %,7.0f ms  under way %,6d",
        second.number() + 1,
        counts.offered(),
        counts.right(),
        counts.refusals(),
        counts.timedOut(),
        counts.failures(),
        counts.wrong(),
        counts.notSent(),
        second.answers().p50(),
        second.answers().p99(),
        second.underWay());
  }

  public static void write(LoadReport report, PrintWriter out) {
    new TextReport(out).write(report);
    out.flush();
  }

  private void write(LoadReport report) {
    Results results = report.results();
    Settings settings = report.settings();
    Counts counts = results.counts();
    add(
        "%s: %,d clients with %,d contacts each in %,d s, %s",
        settings.profile(),
        counts.offered(),
        settings.contacts(),
        results.scheduledSeconds(),
        "each".equals(settings.verify())
            ? "evidence verified each time"
            : "evidence verified once for each channel key");
    report.warnings().forEach(warning -> add("  ! %s", warning));
    add("");
    add("  goodput              %,12.1f  right answers a second", results.goodput());
    add("  right                %,12d", counts.right());
    add("  wrong                %,12d", counts.wrong());
    kinds("refused", counts.refused());
    add("  timed out            %,12d  after %d s", counts.timedOut(), settings.timeoutSeconds());
    kinds("failed", counts.failed());
    add("  not sent             %,12d", counts.notSent());
    if (counts.repeated() > 0) {
      add(
          "  attempts             %,12d  of them repeated %,d",
          counts.attempts(), counts.repeated());
    }
    add("  gave up              %,12d", counts.gaveUp());
    if (results.unfinished() > 0) {
      add("  unfinished           %,12d", results.unfinished());
    }
    add("");
    add("  milliseconds                  p50       p90       p99     p99.9       max");
    times("arrival to answer", results.answers());
    if (counts.repeated() > 0) {
      times("last attempt alone", results.attempts());
    }
    times("generator's delay", results.delays());
    add(
        "  The generator took %.1f s of processor time, %.2f ms for each attempt.",
        report.cpuSeconds(), report.cpuMillisPerAttempt());
    if (results.phases().size() > 1) {
      phases(report);
    }
  }

  private void phases(LoadReport report) {
    add("");
    add("  seconds          offered/s  goodput/s    refused  timed out       p50       p99");
    for (Phase phase : report.results().phases()) {
      add(
          "  %5d to %-5d    %,9.1f  %,9.1f  %,9d  %,9d %,9.0f %,9.0f",
          phase.from(),
          phase.to(),
          phase.offered(),
          phase.goodput(),
          phase.counts().refusals(),
          phase.counts().timedOut(),
          phase.attempts().p50(),
          phase.attempts().p99());
    }
    if (report.fallsAtTheEnd()) {
      report
          .recoverySeconds()
          .ifPresentOrElse(
              seconds ->
                  add(
                      "  In the last phase goodput stayed at 95 %% of what was offered from second"
                          + " %d on.",
                      seconds),
              () ->
                  add(
                      "  In the last phase goodput did not come back to 95 %% of what was"
                          + " offered."));
    }
  }

  private void kinds(String name, Map<String, Long> counts) {
    add("  %-20s %,12d", name, counts.values().stream().mapToLong(Long::longValue).sum());
    counts.forEach((kind, count) -> add("  %-20s %,12d  %s", "", count, kind));
  }

  private void times(String name, Quantiles times) {
    add(
        "  %-22s %,9.1f %,9.1f %,9.1f %,9.1f %,9.1f",
        name, times.p50(), times.p90(), times.p99(), times.p999(), times.max());
  }

  private void add(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
