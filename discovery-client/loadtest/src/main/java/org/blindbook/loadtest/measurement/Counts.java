package org.blindbook.loadtest.measurement;

import java.util.Map;
import java.util.TreeMap;

/**
 * What happened up to some moment.
 *
 * <p>An arrival is a client that wants to be answered once; it makes one attempt, or several.
 * {@code offered = notSent + first attempts}; {@code attempts = right + wrong + refused + failed +
 * timedOut + under way}.
 *
 * @param offered arrivals whose time has come
 * @param notSent of them, those for which the generator had no room, so they never asked
 * @param attempts that were begun, first ones and repeated ones
 * @param repeated of them
 * @param gaveUp arrivals that were not answered and came back no more
 * @param refused by reason
 * @param failed by cause
 */
public record Counts(
    long offered,
    long notSent,
    long attempts,
    long repeated,
    long gaveUp,
    long right,
    long wrong,
    long timedOut,
    Map<String, Long> refused,
    Map<String, Long> failed) {

  static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of());

  public long refusals() {
    return sum(refused);
  }

  public long failures() {
    return sum(failed);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Attempts that have ended. */
  public long ended() {
    return right + wrong + timedOut + refusals() + failures();
  }

  /** Arrivals that are not answered and have not given up: in an attempt, or between two. */
  long unsettled() {
    return offered - notSent - right - wrong - gaveUp;
  }

  /** What happened since an earlier moment. */
  Counts since(Counts earlier) {
    return new Counts(
        offered - earlier.offered,
        notSent - earlier.notSent,
        attempts - earlier.attempts,
        repeated - earlier.repeated,
        gaveUp - earlier.gaveUp,
        right - earlier.right,
        wrong - earlier.wrong,
        timedOut - earlier.timedOut,
        since(refused, earlier.refused),
        since(failed, earlier.failed));
  }

  private static Map<String, Long> since(Map<String, Long> now, Map<String, Long> earlier) {
    Map<String, Long> difference = new TreeMap<>();
    now.forEach(
        (key, count) -> {
          long more = count - earlier.getOrDefault(key, 0L);
          if (more > 0) {
            difference.put(key, more);
          }
        });
    return difference;
  }
}
