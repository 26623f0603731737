package org.blindbook.loadtest.measurement;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Takes what a meter has each second, and puts it together at the end. For one thread. */
public final class Timeline {
  private final Meter meter;
  private final List<Integer> phaseEnds;
  private final List<Second> seconds = new ArrayList<>();
  private final List<Phase> phases = new ArrayList<>();
  private final Histogram answers = Times.histogram();
  private final Histogram attempts = Times.histogram();
  private final Histogram delays = Times.histogram();
  private final Histogram phaseAnswers = Times.histogram();
  private final Histogram phaseAttempts = Times.histogram();
  private Counts beforeSecond = Counts.NONE;
  private Counts beforePhase = Counts.NONE;

  /**
   * @param phaseEnds in seconds since the beginning, ascending; the last one is the schedule's
   */
  public Timeline(Meter meter, List<Integer> phaseEnds) {
    this.meter = meter;
    this.phaseEnds = List.copyOf(phaseEnds);
  }

  /** Ends a second. */
  public Second tick() {
    Counts now = meter.counts();
    Histogram taken = meter.takeAnswers();
    Histogram takenAttempts = meter.takeAttemptTimes();
    answers.add(taken);
    attempts.add(takenAttempts);
    delays.add(meter.takeDelays());
    phaseAnswers.add(taken);
    phaseAttempts.add(takenAttempts);
    Second second =
        new Second(
            seconds.size(),
            now.since(beforeSecond),
            Quantiles.of(taken),
            now.attempts() - now.ended());
    seconds.add(second);
    beforeSecond = now;
    if (phaseEnds.contains(seconds.size())) {
      endPhase();
    }
    return second;
  }

  private void endPhase() {
    int from = phases.isEmpty() ? 0 : phases.getLast().to();
    if (from < seconds.size() && from < phaseEnds.getLast()) {
      phases.add(
          new Phase(
              from,
              seconds.size(),
              beforeSecond.since(beforePhase),
              Quantiles.of(phaseAnswers),
              Quantiles.of(phaseAttempts)));
    }
    beforePhase = beforeSecond;
    phaseAnswers.reset();
    phaseAttempts.reset();
  }

  /** Whether at the last second's end clients waited for an answer, or to come back. */
  public boolean someoneWaits() {
    return beforeSecond.unsettled() > 0;
  }

  /** Everything so far, in whole seconds. */
  public Results results() {
    if (seconds.size() < phaseEnds.getLast()) {
      endPhase(); // broken off in the middle of it
    }
    return new Results(
        Math.min(seconds.size(), phaseEnds.getLast()),
        beforeSecond,
        meter.wrongContacts(),
        Quantiles.of(answers),
        Quantiles.of(attempts),
        Quantiles.of(delays),
        beforeSecond.attempts() - beforeSecond.ended(),
        List.copyOf(phases),
        List.copyOf(seconds));
  }
}
