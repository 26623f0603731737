package org.blindbook.loadtest.measurement;

import java.util.List;

/**
 * A whole run, or as much of it as there was.
 *
 * @param scheduledSeconds how long clients arrived; the timeline may go on until the last has its
 *     answer
 * @param answers from arrival to right answer
 * @param attempts of the attempts that were answered rightly
 * @param delays how late the generator began first attempts
 * @param unfinished attempts without an end, in a run that was broken off
 */
public record Results(
    int scheduledSeconds,
    Counts counts,
    WrongContacts wrongContacts,
    Quantiles answers,
    Quantiles attempts,
    Quantiles delays,
    long unfinished,
    List<Phase> phases,
    List<Second> timeline) {

  /** Right answers a second, while clients arrived. */
  public double goodput() {
    return scheduledSeconds == 0
        ? 0
        : timeline.stream()
                .limit(scheduledSeconds)
                .mapToLong(second -> second.counts().right())
                .sum()
            / (double) scheduledSeconds;
  }
}
