package org.blindbook.auditor.trace.planted;

import static org.blindbook.auditor.trace.planted.Unseen.choose;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Leaks by when, in which order and on what something waits, and by what is drawn. */
final class Waiting {
  private static final String UNRULED = " of a call without a rule";
  private static final Counter FIRST = new Counter();
  private static final Counter SECOND = new Counter();
  private static final byte[] DRAWN = new byte[32];
  private static long clock;

  private Waiting() {}

  @Leaks(by = "argument 1" + UNRULED)
  static void park(long secret) {
    LockSupport.parkNanos(secret); // leak
  }

  @Leaks(by = "argument 1" + UNRULED)
  static void sleep(long secret) throws InterruptedException {
    Thread.sleep(secret & 1); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long timeout(long secret) {
    return TimeUnit.MILLISECONDS.toNanos(secret); // leak
  }

  @Leaks(by = "comparison")
  static long deadline(long secret) {
    clock = 0;
    long deadline = secret;
    while (clock < deadline) { // leak
      clock++;
    }
    return clock;
  }

  /** Whom it wakes is seen; so is that nothing speaks for it. */
  @Leaks(by = "dispatch")
  static void wake(long secret) {
    synchronized (FIRST) {
      synchronized (SECOND) {
        choose(secret, FIRST, SECOND).notifyAll(); // leak
      }
    }
  }

  @Leaks(by = "")
  static boolean interrupted(long secret) {
    Thread.currentThread().interrupt(); // leak
    return Thread.interrupted() && secret != 0;
  }

  @Leaks(by = "branch")
  static void lockIf(long secret) {
    ReentrantLock lock = new ReentrantLock();
    int bit = (int) secret & 1;
    if (bit != 0) { // leak
      lock.lock();
      lock.unlock();
    }
  }

  @Leaks(by = "argument 1 of a call")
  static long orderOfAnswers(long secret) {
    ArrayDeque<Counter> answers = new ArrayDeque<>();
    answers.add(choose(secret, FIRST, SECOND)); // leak
    answers.add(choose(secret, SECOND, FIRST));
    return answers.remove().count;
  }

  @Leaks(by = "receiver of a call")
  static void whoIsAnswered(long secret) {
    CompletableFuture<Object> one = new CompletableFuture<>();
    CompletableFuture<Object> other = new CompletableFuture<>();
    choose(secret, one, other).complete(FIRST); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static void drawn(long secret) {
    new SecureRandom().nextBytes(Unseen.bytes(secret)); // leak
  }

  @Leaks(by = "branch")
  static void drawnAgain(long secret) {
    SecureRandom random = new SecureRandom();
    int draws = (int) secret & 7;
    do {
      random.nextBytes(DRAWN);
    } while (--draws > 0); // leak
  }
}
