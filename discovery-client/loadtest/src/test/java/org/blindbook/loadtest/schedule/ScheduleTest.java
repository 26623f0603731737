package org.blindbook.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static List<Double> seconds(LoadShape shape, Spacing spacing, long seed) {
    Schedule schedule = new Schedule(shape, spacing, seed);
    List<Double> seconds = new ArrayList<>();
    while (schedule.hasNext()) {
      seconds.add(schedule.next() / 1e9);
    }
    assertThatThrownBy(schedule::peek).isInstanceOf(NoSuchElementException.class);
    return seconds;
  }

  private static long between(List<Double> times, double from, double to) {
    return times.stream().filter(time -> time >= from && time < to).count();
  }

  @Test
  void evenArrivalsAreEquallyFarApart() {
    assertThat(seconds(LoadShape.steady(4, 2), Spacing.EVEN, 1))
        .containsExactly(0.125, 0.375, 0.625, 0.875, 1.125, 1.375, 1.625, 1.875);
  }

  @Test
  void oneSeedIsOneSchedule() {
    LoadShape shape = LoadShape.steady(100, 10);
    List<Double> first = seconds(shape, Spacing.POISSON, 7);
    assertThat(seconds(shape, Spacing.POISSON, 7)).isEqualTo(first);
    assertThat(seconds(shape, Spacing.POISSON, 8)).isNotEqualTo(first);
    assertThat(first).isSorted();
  }

  @Test
  void poissonArrivalsHaveTheirRateAndItsSpread() {
    List<Double> times = seconds(LoadShape.steady(1_000, 100), Spacing.POISSON, 3);
    assertThat(times.size()).isCloseTo(100_000, within(5 * 316));
    double variance = 0;
    for (int i = 0; i < 1_000; i++) {
      double off = between(times, i * 0.1, (i + 1) * 0.1) - 100;
      variance += off * off / 1_000;
    }
    assertThat(variance).as("that of a Poisson distribution is its mean").isBetween(80.0, 120.0);
  }

  @Test
  void stepsFollowTheirMultiples() {
    LoadShape steps = LoadShape.steps(100, List.of(1.0, 10.0, 0.7), List.of(20, 60, 40));
    assertThat(steps.seconds()).isEqualTo(120);
    assertThat(steps.peak()).isEqualTo(1_000);
    List<Double> times = seconds(steps, Spacing.EVEN, 1);
    assertThat(between(times, 0, 20)).isEqualTo(2_000);
    assertThat(between(times, 20, 80)).isEqualTo(60_000);
    assertThat(between(times, 80, 120)).isEqualTo(2_800);
  }

  @Test
  void aSurgeIsTheWeeksSignUpsInOneAfternoon() {
    LoadShape afternoon = LoadShape.surge(1, LoadShape.AFTERNOON_SECONDS);
    assertThat(afternoon.arrivals()).isCloseTo(8_800_000, within(10_000.0));
    assertThat(afternoon.peak()).isCloseTo(1_193, within(1.0));
    LoadShape compressed = LoadShape.surge(0.1, 360);
    assertThat(compressed.peak()).as("rates are scaled, time is compressed").isBetween(119., 119.5);
    List<Double> times = seconds(compressed, Spacing.EVEN, 1);
    assertThat(between(times, 0, 2)).as("it ramps up").isLessThan(25);
    assertThat(between(times, 18, 22)).as("the peak is after a twentieth").isGreaterThan(450);
    assertThat(between(times, 138, 142))
        .as("and two hours later it is 1/e of that")
        .isBetween(160L, 185L);
    assertThat(between(times, 356, 360)).isBetween(20L, 35L);
  }

  @Test
  void aRampIsDenseWhereItIsHigh() {
    LoadShape ramp = new LoadShape(List.of(new LoadShape.Segment(10, 0, 200)));
    List<Double> times = seconds(ramp, Spacing.EVEN, 1);
    assertThat(times).hasSize(1_000).isSorted();
    assertThat(between(times, 0, 5)).isEqualTo(250);
  }

  @Test
  void whatComesBeforeShiftsTheRest() {
    List<Double> times = seconds(LoadShape.steady(10, 1).after(5, 2), Spacing.EVEN, 1);
    assertThat(between(times, 0, 2)).isEqualTo(10);
    assertThat(between(times, 2, 3)).isEqualTo(10);
  }
}
