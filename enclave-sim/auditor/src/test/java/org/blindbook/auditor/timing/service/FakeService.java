package org.blindbook.auditor.timing.service;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A service without processes: its times are drawn, with what a class takes longer. */
public final class FakeService implements RunningService {
  private static final double MEAN = 500_000;
  private static final double DEVIATION = 20_000;

  private final long leakNanos;
  private final long plantedNanos;
  private int failures;

  /** How many sessions were asked for, of all contests. */
  public int asked;

  public boolean closed;

  /**
   * @param leakNanos what the second class of a contest takes longer, where none should
   * @param plantedNanos what the second class of a control takes longer
   * @param failures of so many sessions, the first ones, nothing is heard
   */
  public FakeService(long leakNanos, long plantedNanos, int failures) {
    this.leakNanos = leakNanos;
    this.plantedNanos = plantedNanos;
    this.failures = failures;
  }

  @Override
  public List<Contest> contests(Random random) {
    List<Contest> contests = new ArrayList<>();
    contests.add(new Fake("hits against misses", Set.of(), 1, leakNanos, random));
    contests.add(new Fake("four at once", Set.of(), 4, 0, random));
    contests.add(new Fake("planted", Set.of(Quantity.ENCLAVE_CPU), 1, plantedNanos, random));
    return contests;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Everything but the processor's time is the same for both classes. */
  private final class Fake implements Contest {
    private final String name;
    private final Set<Quantity> planted;
    private final int sessions;
    private final long longerNanos;
    private final Random random;

    Fake(String name, Set<Quantity> planted, int sessions, long longerNanos, Random random) {
      this.name = name;
      this.planted = planted;
      this.sessions = sessions;
      this.longerNanos = longerNanos;
      this.random = random;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<Quantity> planted() {
      return planted;
    }

    @Override
    public int sessions() {
      return sessions;
    }

    @Override
    public Sample measure(boolean second) throws IOException {
      if (failures > 0) {
        failures--;
        throw new IOException("nothing is heard");
      }
      asked += sessions;
      return new Sample(draw(), draw(), draw() + (second ? longerNanos : 0));
    }

    private long draw() {
      return Math.round(MEAN + DEVIATION * random.nextGaussian());
    }
  }
}
