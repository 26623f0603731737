package org.blindbook.loadtest.measurement;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Counts and times while clients come and go. For any number of threads. */
public final class Meter {
  /** Reasons and causes are few; a server that invents close codes must not fill the memory. */
  private static final int MAX_KINDS = 50;

  private final LongAdder offered = new LongAdder();
  private final LongAdder notSent = new LongAdder();
  private final LongAdder attempts = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder gaveUp = new LongAdder();
  private final LongAdder right = new LongAdder();
  private final LongAdder wrong = new LongAdder();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder missing = new LongAdder();
  private final LongAdder invented = new LongAdder();
  private final LongAdder mistaken = new LongAdder();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
  private final Times answers = new Times();
  private final Times attemptTimes = new Times();
  private final Times delays = new Times();

  /** A client's time has come. */
  public void offered() {
    offered.increment();
  }

  /** Nothing will be asked for a client that was offered: the generator has no room. */
  public void notSent() {
    notSent.increment();
  }

  /**
   * An attempt begins.
   *
   * @param first whether it is the client's first
   * @param late nanoseconds after it should have
   */
  public void attempt(boolean first, long late) {
    attempts.increment();
    if (first) {
      delays.record(late);
    } else {
      repeated.increment();
    }
  }

  public void gaveUp() {
    gaveUp.increment();
  }

  /**
   * An attempt has ended.
   *
   * @param sinceArrival nanoseconds since the client should have begun its first attempt
   * @param sinceAttempt nanoseconds since it should have begun this one
   */
  public void ended(Outcome outcome, long sinceArrival, long sinceAttempt) {
    switch (outcome) {
      case Outcome.Right _ -> {
        right.increment();
        answers.record(sinceArrival);
        attemptTimes.record(sinceAttempt);
      }
      case Outcome.Wrong entries -> {
        wrong.increment();
        missing.add(entries.missing());
        invented.add(entries.invented());
        mistaken.add(entries.mistaken());
      }
      case Outcome.Refused refusal -> count(refused, refusal.reason());
      case Outcome.Failed failure -> count(failed, failure.cause());
      case Outcome.TimedOut _ -> timedOut.increment();
    }
  }

  private static void count(Map<String, LongAdder> kinds, String kind) {
    String known = kinds.size() < MAX_KINDS || kinds.containsKey(kind) ? kind : "others";
    kinds.computeIfAbsent(known, k -> new LongAdder()).increment();
  }

  Counts counts() {
    // What ends first, so that no more have ended than have begun.
    Map<String, Long> refusals = sums(refused);
    Map<String, Long> failures = sums(failed);
    long rightNow = right.sum();
    long wrongNow = wrong.sum();
    long timedOutNow = timedOut.sum();
    return new Counts(
        offered.sum(),
        notSent.sum(),
        attempts.sum(),
        repeated.sum(),
        gaveUp.sum(),
        rightNow,
        wrongNow,
        timedOutNow,
        refusals,
        failures);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }

  WrongContacts wrongContacts() {
    return new WrongContacts(missing.sum(), invented.sum(), mistaken.sum());
  }

  /** Times from arrival to right answer, since the last taking. For one thread. */
  Histogram takeAnswers() {
    return answers.take();
  }

  /** Times of the attempts that were answered rightly. */
  Histogram takeAttemptTimes() {
    return attemptTimes.take();
  }

  /** How late first attempts began. */
  Histogram takeDelays() {
    return delays.take();
  }
}
