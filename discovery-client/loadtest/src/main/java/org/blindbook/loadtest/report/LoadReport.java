package org.blindbook.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.blindbook.loadtest.measurement.Counts;
import org.blindbook.loadtest.measurement.Phase;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.measurement.Second;

/**
 * A run, with what follows from its figures.
 *
 * @param cpuSeconds processor time of the generator while clients came
 */
public record LoadReport(Settings settings, Results results, double cpuSeconds) {
  /** Seconds that are looked at together, so that chance counts for little. */
  static final int WINDOW = 5;

  static final double RECOVERED = 0.95;

  /** First attempts that begin later than this say more of the generator than of the server. */
  private static final double LATE_MILLIS = 50;

  /** Milliseconds of the generator's processor time for each attempt. */
  double cpuMillisPerAttempt() {
    long attempts = results.counts().attempts();
    return attempts == 0 ? 0 : cpuSeconds * 1e3 / attempts;
  }

  /**
   * When the load falls at the end: after how many seconds of the last phase goodput stays at 95 %
   * of what is offered or more, in every window of {@value #WINDOW} seconds. Empty where the load
   * does not fall, or there is no recovery.
   */
  OptionalInt recoverySeconds() {
    List<Phase> phases = results.phases();
    if (!fallsAtTheEnd()) {
      return OptionalInt.empty();
    }
    Phase last = phases.getLast();
    int recovered = last.to();
    for (int from = last.to() - WINDOW; from >= last.from() && answersEnough(from); from--) {
      recovered = from;
    }
    return recovered == last.to() ? OptionalInt.empty() : OptionalInt.of(recovered - last.from());
  }

  boolean fallsAtTheEnd() {
    List<Phase> phases = results.phases();
    return phases.size() > 1
        && phases.getLast().offered() < phases.get(phases.size() - 2).offered();
  }

  private boolean answersEnough(int from) {
    List<Second> window = results.timeline().subList(from, from + WINDOW);
    long offered = window.stream().mapToLong(second -> second.counts().offered()).sum();
    long right = window.stream().mapToLong(second -> second.counts().right()).sum();
    return right >= RECOVERED * offered;
  }

  /** What a reader must know before believing the figures; sentences. */
  List<String> warnings() {
    Counts counts = results.counts();
    List<String> warnings = new ArrayList<>();
    if (counts.wrong() > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "WRONG ANSWERS: %,d discoveries, with %,d contacts missing, %,d invented, %,d"
                  + " mistaken for others. Was the file of this --seed and --users loaded, and"
                  + " nothing else changed?",
              counts.wrong(),
              results.wrongContacts().missing(),
              results.wrongContacts().invented(),
              results.wrongContacts().mistaken()));
    }
    if (counts.notSent() > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "THE GENERATOR WAS THE BOTTLENECK: %,d of %,d clients found no place and asked"
                  + " nothing. Raise --in-flight, or run the generator on a machine of its own.",
              counts.notSent(),
              counts.offered()));
    }
    if (results.delays().p99() > LATE_MILLIS) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "THE GENERATOR WAS LATE: one in a hundred clients began %.0f ms or more after its"
                  + " time, which is part of the times below.",
              results.delays().p99()));
    }
    if (settings.users() == 0) {
      warnings.add(
          "Nobody was registered, as far as this run knows (--users 0): right answers were all"
              + " \"nobody\".");
    }
    return warnings;
  }
}
