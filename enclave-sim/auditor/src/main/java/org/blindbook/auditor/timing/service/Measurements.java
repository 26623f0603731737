package org.blindbook.auditor.timing.service;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.blindbook.auditor.timing.statistics.WelchTest;

/** What a contest gave so far. */
final class Measurements {
  private static final int FIRST_ROOM = 1_024;

  private final Contest contest;
  private final Map<Quantity, long[]> nanos = new EnumMap<>(Quantity.class);
  private boolean[] second = new boolean[FIRST_ROOM];
  private int count;

  Measurements(Contest contest) {
    this.contest = contest;
    for (Quantity quantity : Quantity.values()) {
      nanos.put(quantity, new long[FIRST_ROOM]);
    }
  }

  Contest contest() {
    return contest;
  }

  int count() {
    return count;
  }

  void add(Sample sample, boolean ofSecond) {
    if (count == second.length) {
      second = Arrays.copyOf(second, 2 * count);
      nanos.replaceAll((quantity, values) -> Arrays.copyOf(values, 2 * count));
    }
    second[count] = ofSecond;
    nanos.forEach((quantity, values) -> values[count] = sample.nanos(quantity));
    count++;
  }

  /**
   * A row for each quantity that the contest is about: for those that are planted, or else all.
   *
   * @param mode of the service
   */
  List<ServiceReport.Row> rows(String mode) {
    Set<Quantity> planted = contest.planted();
    return (planted.isEmpty() ? nanos.keySet() : planted)
        .stream().sorted().map(quantity -> row(mode, quantity)).toList();
  }

  private ServiceReport.Row row(String mode, Quantity quantity) {
    boolean[] classes = Arrays.copyOf(second, count);
    return new ServiceReport.Row(
        mode,
        contest.name(),
        quantity,
        !contest.planted().isEmpty(),
        count * contest.sessions(),
        smallerClass(classes),
        WelchTest.test(Arrays.copyOf(nanos.get(quantity), count), classes));
  }

  private static int smallerClass(boolean[] classes) {
    int seconds = 0;
    for (boolean ofSecond : classes) {
      seconds += ofSecond ? 1 : 0;
    }
    return Math.min(seconds, classes.length - seconds);
  }
}
