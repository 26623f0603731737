package org.blindbook.auditor.trace.recording;

import java.util.BitSet;
import java.util.List;

/**
 * What is kept of one run.
 *
 * @param events how many
 * @param hashA over all events in order, 64 bits
 * @param hashB another, 64 bits, mixed differently
 * @param checkpoints the hash before event 0, {@link Recorder#CHECKPOINT_EVENTS}, twice that, ...
 * @param reached sites that ran
 * @param unreviewed sites that ran and made a call for which no rule speaks
 * @param window the events asked for, empty unless a window was set
 */
public record Trace(
    long events,
    long hashA,
    long hashB,
    List<Long> checkpoints,
    BitSet reached,
    BitSet unreviewed,
    List<Event> window) {

  /**
   * One event.
   *
   * @param site where in the code
   * @param value what was seen there
   */
  public record Event(int site, long value) {}

  /** Whether both runs had the same events in the same order. */
  public boolean sameEvents(Trace other) {
    return events == other.events && hashA == other.hashA && hashB == other.hashB;
  }
}
