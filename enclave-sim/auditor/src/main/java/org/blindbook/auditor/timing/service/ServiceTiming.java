package org.blindbook.auditor.timing.service;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.blindbook.auditor.timing.service.RunningService.Mode;
import org.blindbook.auditor.timing.service.RunningService.Starter;

/**
 * Measures every contest of a service in turns: in each turn all contests, in random order, and for
 * each a coin decides the class. So whatever changes while the service runs, compilation, other
 * programs, the rotation of keys, falls on both classes alike.
 */
public final class ServiceTiming {
  private static final int WARM_UP_TURNS = 200;
  private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

  /** In all. More than these, and something is wrong with the service. */
  private static final int FAILURES = 50;

  private static final long PAUSE_MILLIS = 200;

  private final Starter starter;
  private final int sessions;
  private final Random random;
  private final PrintWriter progress;
  private int failures;

  /**
   * @param sessions of each contest, both classes together
   * @param random chooses contacts, classes and order
   * @param progress gets a line from time to time
   */
  public ServiceTiming(Starter starter, int sessions, Random random, PrintWriter progress) {
    this.starter = starter;
    this.sessions = sessions;
    this.random = random;
    this.progress = progress;
  }

  /**
   * Starts a service in each mode, one after the other, and measures it.
   *
   * @param limit for all of it, without starting and warming up; contests that are not done then
   *     have fewer sessions
   * @throws IOException with a plain sentence, when a service does not start, or does not answer as
   *     it should
   */
  public ServiceReport run(List<Mode> modes, Duration limit) throws IOException {
    List<ServiceReport.Part> parts = new ArrayList<>();
    long left = limit.toNanos();
    for (int i = 0; i < modes.size(); i++) {
      Mode mode = modes.get(i);
      String name = mode.name().toLowerCase(Locale.ROOT);
      say("%s: starting the service", name);
      try (RunningService service = starter.start(mode)) {
        ServiceReport.Part part = measure(name, service, left / (modes.size() - i));
        parts.add(part);
        part.rows().forEach(row -> say("%s", row.text()));
        left -= part.nanos();
      }
    }
    return new ServiceReport(parts);
  }

  private ServiceReport.Part measure(String mode, RunningService service, long limit)
      throws IOException {
    List<Measurements> contests = new ArrayList<>();
    for (Contest contest : service.contests(random)) {
      contests.add(new Measurements(contest));
    }
    List<Measurements> order = new ArrayList<>(contests);
    say("%s: warming up", mode);
    for (int turn = 0; turn < Math.min(WARM_UP_TURNS, sessions); turn++) {
      turn(turn, order, false);
    }
    long start = System.nanoTime();
    long told = start;
    for (int turn = 0; turn < sessions && System.nanoTime() - start < limit; turn++) {
      turn(turn, order, true);
      long now = System.nanoTime();
      if (now - told > PROGRESS_NANOS) {
        told = now;
        tell(mode, turn + 1, now - start, contests);
      }
    }
    return new ServiceReport.Part(
        mode,
        contests.stream().flatMap(contest -> contest.rows(mode).stream()).toList(),
        total(contests),
        System.nanoTime() - start);
  }

  private void turn(int turn, List<Measurements> order, boolean counts) throws IOException {
    Collections.shuffle(order, random);
    for (Measurements contest : order) {
      if (turn % contest.contest().sessions() == 0) {
        boolean second = random.nextBoolean();
        Sample sample = measure(contest.contest(), second);
        if (counts) {
          contest.add(sample, second);
        }
      }
    }
  }

  /** Some sessions fail on a healthy service: their enclave's channel key has just been changed. */
  private Sample measure(Contest contest, boolean second) throws IOException {
    while (true) {
      try {
        return contest.measure(second);
      } catch (IOException e) {
        failures++;
        if (failures > FAILURES || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        say("%s, %s class: %s; once more", contest.name(), second ? "second" : "first", e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String mode, int turns, long nanos, List<Measurements> contests) {
    say(
        "%s: %,d of %,d sessions a contest, %.0f sessions/s, at most %,.0f s to go",
        mode,
        turns,
        sessions,
        total(contests) / (nanos / 1e9),
        nanos / 1e9 / turns * (sessions - turns));
  }

  private static long total(List<Measurements> contests) {
    return contests.stream().mapToLong(c -> (long) c.count() * c.contest().sessions()).sum();
  }

  private void say(String format, Object... arguments) {
    progress.println(String.format(Locale.ROOT, format, arguments));
    progress.flush();
  }
}
