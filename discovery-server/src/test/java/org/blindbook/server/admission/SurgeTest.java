package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.blindbook.server.admission.Lane.Bounds;
import org.blindbook.server.admission.Lane.Call;
import org.blindbook.server.admission.Lane.Newcomer;
import org.blindbook.server.admission.Lane.Place;
import org.blindbook.server.admission.Lane.Station;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A surge in simulated time: a lane, an enclave that does its calls on so many cores in the order
 * in which they come, and clients that come at random and answer after a while. What a machine
 * makes of it by the clock, the load test says.
 */
class SurgeTest {
  private static final int CORES = 2;
  private static final int RESULT_ENTRIES = 512;

  /** What clients do that are refused. */
  private enum Refused {
    /** They are not heard of again. */
    LEAVE,
    /** They come again at once, as those of 2021 did. */
    COME_AGAIN
  }

  private record Event(long at, long number, Runnable action) {}

  private record Work(long micros, Runnable done) {}

  /** The world, at a time. */
  private static final class Simulation {
    final Random random = new Random(20_210_115);
    final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    final ArrayDeque<Work> enclave = new ArrayDeque<>();
    final double slowness;
    final long clientNanos;
    Refused whenRefused;
    final Lane lane;
    final List<long[]> served = new ArrayList<>();
    long now;
    long numbers;
    int busy;
    int cutOff;
    int refused;

    Simulation(double slowness, int clientMillis, Refused whenRefused) {
      this.slowness = slowness;
      this.clientNanos = TimeUnit.MILLISECONDS.toNanos(clientMillis);
      this.whenRefused = whenRefused;
      this.lane = new Lane(EnclaveRole.LOOKUP, Bounds.of(Duration.ofMillis(600)), CORES, () -> now);
      every(TimeUnit.MILLISECONDS.toNanos(100), lane::expire);
    }

    void after(long nanos, Runnable action) {
      events.add(new Event(now + nanos, numbers++, action));
    }

    private void every(long nanos, Runnable action) {
      after(
          nanos,
          () -> {
            action.run();
            every(nanos, action);
          });
    }

    void runFor(int seconds) {
      long end = now + TimeUnit.SECONDS.toNanos(seconds);
      while (events.peek().at <= end) {
        Event next = events.remove();
        now = next.at;
        next.action.run();
      }
      now = end;
    }

    void compute(long micros, Runnable done) {
      enclave.add(new Work(micros, done));
      compute();
    }

    private void compute() {
      while (busy < CORES && !enclave.isEmpty()) {
        Work work = enclave.remove();
        busy++;
        after(
            (long) (work.micros * 1e3 * slowness),
            () -> {
              busy--;
              work.done.run();
              compute();
            });
      }
    }

    /** What the machine could do in a second if nobody were refused. */
    double capacity() {
      return CORES
          * 1e6
          / slowness
          / (WorkCost.CONNECTION_MICROS
              + WorkCost.requestMicros(EnclaveRole.LOOKUP, RESULT_ENTRIES));
    }

    /** So many a second at random times, for so long. */
    void offer(double perSecond, int seconds) {
      long end = now + TimeUnit.SECONDS.toNanos(seconds);
      arrive(perSecond, end);
      runFor(seconds);
    }

    private void arrive(double perSecond, long end) {
      long next = (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
      if (now + next < end) {
        after(
            next,
            () -> {
              new Client(this, now).come();
              arrive(perSecond, end);
            });
      }
    }

    /** How many who came since then were served. */
    long servedSince(long since) {
      return served.stream().filter(times -> times[0] >= since).count();
    }

    /** Milliseconds of which all but a hundredth took no longer. */
    double p99(long since) {
      long[] nanos =
          served.stream()
              .filter(times -> times[0] >= since)
              .mapToLong(times -> times[1] - times[0])
              .toArray();
      Arrays.sort(nanos);
      return nanos[nanos.length * 99 / 100] / 1e6;
    }
  }

  /** Comes, and takes all steps that it is let. */
  private static final class Client implements Newcomer {
    private static final long RESULT_MICROS =
        WorkCost.resultMicros(EnclaveRole.LOOKUP, RESULT_ENTRIES);

    final Simulation world;
    final long cameAt;
    Place place;

    Client(Simulation world, long cameAt) {
      this.world = world;
      this.cameAt = cameAt;
    }

    void come() {
      if (world.lane.full()) {
        refuse();
      } else {
        place = world.lane.enter(this);
      }
    }

    private void refuse() {
      world.refused++;
      world.lane.refused();
      if (world.whenRefused == Refused.COME_AGAIN) {
        long soon = TimeUnit.MILLISECONDS.toNanos(20 + world.random.nextInt(80));
        world.after(soon, () -> new Client(world, world.now).come());
      }
    }

    @Override
    public void begin(Call offer) {
      compute(offer, WorkCost.OFFER_MICROS, this::handshake);
    }

    private void compute(Call call, long micros, Runnable next) {
      world.after(0, () -> world.compute(micros, () -> answered(call, next)));
    }

    @Override
    public void tooLate() {
      refuse();
    }

    private void answered(Call call, Runnable next) {
      call.answered();
      world.after((long) (world.clientNanos * (0.5 + world.random.nextDouble())), next);
    }

    private void call(Station station, long micros, Runnable next) {
      place.call(station, micros, call -> compute(call, micros, next));
    }

    private void handshake() {
      call(Station.CHANNEL, WorkCost.HANDSHAKE_MICROS, this::request);
    }

    private void request() {
      if (place.reserve(RESULT_MICROS)) {
        call(Station.CHANNEL, WorkCost.CHARGE_MICROS, this::acknowledge);
      } else {
        place.leave();
        world.cutOff++;
        refuse();
      }
    }

    private void acknowledge() {
      place.call(
          Station.RESULT,
          RESULT_MICROS,
          call -> world.after(0, () -> world.compute(RESULT_MICROS, () -> served(call))));
    }

    private void served(Call call) {
      call.answered();
      place.leave();
      world.served.add(new long[] {cameAt, world.now});
    }
  }

  @Test
  void atSevenTenthsNobodyIsRefused() {
    Simulation world = new Simulation(1, 20, Refused.LEAVE);
    world.offer(0.7 * world.capacity(), 30);
    assertThat(world.refused).isZero();
    assertThat(world.p99(0)).isLessThan(500);
  }

  /** The estimates are wrong by a factor, and clients answer at once or from far away. */
  @ParameterizedTest
  @CsvSource({
    "1, 2", "1, 50", "1, 400", "0.6, 20", "2, 20", "4, 20", "4, 300", "12, 20", "1, 1000", "2, 700"
  })
  void atTenTimesWhatItCanDoTheServiceDoesWhatItCan(double slowness, int clientMillis) {
    Simulation world = new Simulation(slowness, clientMillis, Refused.LEAVE);
    world.offer(10 * world.capacity(), 10);
    long since = world.now;
    world.offer(10 * world.capacity(), 30);
    world.runFor(10);
    assertThat(world.servedSince(since) / 30.0 / world.capacity())
        .as("served, of what could be")
        .isGreaterThan(0.9);
    assertThat(world.p99(since))
        .as("p99 without the client's time, ms")
        .isLessThan(2_000 + 4 * clientMillis);
    assertThat(world.cutOff).as("begun in vain").isLessThan(world.served.size() / 50);
    assertThat(world.lane.queued()).as("left behind").isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 20", "3, 20", "1, 300"})
  void theStampedeLeavesNothingBehind(double slowness, int clientMillis) {
    Simulation world = new Simulation(slowness, clientMillis, Refused.COME_AGAIN);
    world.offer(2 * world.capacity(), 20);
    assertThat(world.refused / 20.0 / world.capacity())
        .as("refusals, of what could be served")
        .isGreaterThan(10);
    assertThat(world.served.size() / 20.0 / world.capacity()).isGreaterThan(0.9);
    world.whenRefused = Refused.LEAVE;
    world.offer(0.7 * world.capacity(), 5);
    long since = world.now;
    world.refused = 0;
    world.offer(0.7 * world.capacity(), 20);
    world.runFor(5);
    assertThat(world.refused).as("refused 5 s later").isZero();
    assertThat(world.p99(since)).isLessThan(500 + 4 * clientMillis);
    assertThat(world.lane.queued()).isZero();
  }
}
