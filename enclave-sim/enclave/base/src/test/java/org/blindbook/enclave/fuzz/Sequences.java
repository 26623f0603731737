package org.blindbook.enclave.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many sequences, each made of a seed of its own, which is named when one fails. {@code
 * -Dblindbook.fuzz.sequences} says how many instead of a few thousand, {@code
 * -Dblindbook.fuzz.seed} which seed is the first.
 */
public final class Sequences {
  private static final long FIRST = Long.getLong("blindbook.fuzz.seed", 20_261_127);
  private static final Integer CAMPAIGN = Integer.getInteger("blindbook.fuzz.sequences");

  /** Looked at together: one that hangs is found by the time that they take. */
  private static final int BLOCK = 100;

  private static final Duration BLOCK_TIME = Duration.ofMinutes(3);

  /** After so many the classes are loaded that sequences need. */
  private static final int WARM_UP = 500;

  /** What the heap may grow by while sequences are run, all of which are to be forgotten. */
  private static final long HEAP_GROWTH = 4 << 20;

  /** One sequence, to its end. */
  public interface Sequence {
    void run(SplittableRandom random) throws Exception;
  }

  private Sequences() {}

  /**
   * Runs them one after the other.
   *
   * @param usually how many, outside of a campaign
   */
  public static void run(int usually, Sequence sequence) {
    long end = FIRST + (CAMPAIGN == null ? usually : CAMPAIGN);
    AtomicLong seed = new AtomicLong(FIRST);
    long begun = System.nanoTime();
    long heap = Long.MAX_VALUE - HEAP_GROWTH;
    while (seed.get() < end) {
      long blockEnd = Math.min(end, seed.get() + BLOCK);
      assertTimeoutPreemptively(
          BLOCK_TIME, () -> run(seed, blockEnd, sequence), () -> "seed " + seed + " hangs");
      if (blockEnd == FIRST + WARM_UP) {
        heap = heapBytes();
      }
    }
    assertThat(heapBytes()).as("bytes of heap").isLessThan(heap + HEAP_GROWTH);
    if (CAMPAIGN != null) {
      System.out.printf(
          "%,d sequences from seed %d in %,d s%n",
          CAMPAIGN, FIRST, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
  }

  private static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void run(AtomicLong seed, long end, Sequence sequence) {
    for (; seed.get() < end; seed.incrementAndGet()) {
      try {
        sequence.run(new SplittableRandom(seed.get()));
      } catch (Exception | Error e) {
        throw new AssertionError("fails with -Dblindbook.fuzz.seed=" + seed, e);
      }
    }
  }
}
