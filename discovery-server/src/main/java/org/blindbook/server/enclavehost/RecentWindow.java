package org.blindbook.server.enclavehost;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.blindbook.server.registrations.Mark;

/**
 * Which registrations are recent: those of the last days, and of these the newest, so that they are
 * no more than a part of all. Permits are worth as much less where only they are looked up as there
 * are more of them: whoever tries numbers finds no more in a day than among all registrations.
 *
 * <p>Whoever serves may ask from any thread; the thread that fills the table moves the window.
 */
public final class RecentWindow {
  private final Limits limits;
  private volatile Instant completeSince = Instant.MAX;

  /**
   * @param longest what is older is never recent
   * @param part at most one of so many registrations is recent
   */
  public record Limits(Duration longest, int part) {
    /** For a line that people read. */
    public String describe() {
      return "recent are the registrations of the last "
          + longest.toDays()
          + " days, at most one of "
          + part;
    }
  }

  /**
   * Where the window begins.
   *
   * @param after the sequence number that comes before it
   * @param completeSince what was written after this time is all in it
   */
  record Start(long after, Instant completeSince) {}

  public RecentWindow(Limits limits) {
    this.limits = limits;
  }

  Limits limits() {
    return limits;
  }

  /** Whether every change since a time is in the table, once that serves. */
  public boolean reachesBackTo(Instant time) {
    return !time.isBefore(completeSince);
  }

  /** From now on it begins there; before the first change that is earlier is taken out. */
  void startsAt(Start start) {
    completeSince = start.completeSince;
  }

  /**
   * Where it begins by time, or later by number.
   *
   * @param marks of the store, oldest first, the last one not before {@code atLeast}
   * @param oldest the time before which nothing is recent
   * @param atLeast the sequence number that the window may not reach back behind
   */
  static Start start(List<Mark> marks, Instant oldest, long atLeast) {
    Mark byTime = marks.getFirst();
    for (Mark mark : marks) {
      byTime = mark.time().isAfter(oldest) ? byTime : mark;
    }
    Mark complete = byTime;
    for (Mark mark : marks.reversed()) {
      complete = byTime.sequence() < atLeast && mark.sequence() >= atLeast ? mark : complete;
    }
    return new Start(Math.max(byTime.sequence(), atLeast), complete.time());
  }
}
