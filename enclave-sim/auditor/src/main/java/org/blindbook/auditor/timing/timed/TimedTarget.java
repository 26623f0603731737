package org.blindbook.auditor.timing.timed;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.blindbook.auditor.machinecode.stepped.Enclave;
import org.blindbook.auditor.timing.statistics.WelchTest;

/**
 * The process that is timed. Arguments: batches per contest, a seed, the kernel. Prints the
 * kernel's name, then a line per contest: {@code name|planted|batches|mean|mean|t|share
 * kept|resolution}.
 */
public final class TimedTarget {
  private static final int WARM_UP = 15_000;

  private TimedTarget() {}

  public static void main(String[] arguments) {
    try {
      time(Integer.parseInt(arguments[0]), new Random(Long.parseLong(arguments[1])), arguments[2]);
    } catch (ReflectiveOperationException e) {
      Enclave.doesNotFit(e);
    }
  }

  private static void time(int batches, Random random, String kernel)
      throws ReflectiveOperationException {
    System.out.println(kernel);
    List<Contest> contests = new Contests(kernel, random).all();
    for (Contest contest : contests) {
      contest.prepareAll(random);
    }
    // In turn, so that shared code is compiled once, for all of them.
    for (int i = 0; i < WARM_UP; i++) {
      for (Contest contest : contests) {
        long ignored = measure(contest, random.nextBoolean(), random);
      }
    }
    for (Contest contest : contests) {
      report(contest, batches, random);
    }
  }

  private static long measure(Contest contest, boolean second, Random random) {
    contest.load(second, random);
    long start = System.nanoTime();
    contest.run();
    long end = System.nanoTime();
    contest.restore();
    return end - start;
  }

  private static void report(Contest contest, int batches, Random random) {
    long[] nanos = new long[batches];
    boolean[] second = new boolean[batches];
    for (int i = 0; i < batches; i++) {
      second[i] = random.nextBoolean();
      nanos[i] = measure(contest, second[i], random);
    }
    WelchTest.Outcome outcome = WelchTest.test(nanos, second);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s|%s|%d|%.1f|%.1f|%.3f|%.5f|%.3f",
            contest.name,
            contest.planted,
            batches,
            outcome.means()[0],
            outcome.means()[1],
            outcome.t(),
            outcome.below(),
            outcome.resolution()));
  }
}
