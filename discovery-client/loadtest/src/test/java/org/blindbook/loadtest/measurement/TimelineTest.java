package org.blindbook.loadtest.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final Meter meter = new Meter();

  private void begin(int clients) {
    for (int i = 0; i < clients; i++) {
      meter.offered();
      meter.attempt(true, 0);
    }
  }

  private void end(Outcome outcome, int millis) {
    long nanos = Duration.ofMillis(millis).toNanos();
    meter.ended(outcome, nanos, nanos);
  }

  @Test
  void eachSecondHasWhatHappenedInIt() {
    Timeline timeline = new Timeline(meter, List.of(2));
    begin(3);
    end(new Outcome.Right(), 40);
    end(new Outcome.Refused("HTTP 503", 1, true), 1);
    meter.gaveUp();
    Second first = timeline.tick();
    assertThat(timeline.someoneWaits()).isTrue();
    assertThat(first.number()).isZero();
    assertThat(first.counts().offered()).isEqualTo(3);
    assertThat(first.counts().right()).isEqualTo(1);
    assertThat(first.counts().refused()).isEqualTo(Map.of("HTTP 503", 1L));
    assertThat(first.underWay()).isEqualTo(1);
    assertThat(first.answers().p50()).isCloseTo(40, within(0.1));
    end(new Outcome.Right(), 900);
    Second second = timeline.tick();
    assertThat(timeline.someoneWaits()).isFalse();
    assertThat(second.counts().offered()).isZero();
    assertThat(second.counts().right()).isEqualTo(1);
    assertThat(second.counts().refused()).isEmpty();
    assertThat(second.answers().p50()).isCloseTo(900, within(1.0));
    Results results = timeline.results();
    assertThat(results.goodput()).isEqualTo(1);
    assertThat(results.answers().max()).isCloseTo(900, within(1.0));
    assertThat(results.unfinished()).isZero();
  }

  @Test
  void everyAttemptIsCountedOnce() {
    begin(6);
    meter.offered();
    meter.notSent();
    meter.attempt(false, 0);
    end(new Outcome.Right(), 1);
    end(new Outcome.Wrong(3, 2, 1), 1);
    end(new Outcome.Refused("no permits", 0, false), 1);
    end(new Outcome.Failed("the connection broke", true), 1);
    end(new Outcome.TimedOut(), 1);
    Counts counts = meter.counts();
    assertThat(counts.offered())
        .isEqualTo(counts.notSent() + counts.attempts() - counts.repeated());
    assertThat(counts.ended()).isEqualTo(5);
    assertThat(meter.counts().unsettled()).as("three have not given up yet").isEqualTo(4);
    meter.gaveUp();
    assertThat(meter.counts().unsettled()).isEqualTo(3);
    assertThat(meter.wrongContacts()).isEqualTo(new WrongContacts(3, 2, 1));
  }

  @Test
  void onlyRightAnswersHaveATime() {
    Timeline timeline = new Timeline(meter, List.of(1));
    begin(2);
    end(new Outcome.TimedOut(), 10_000);
    end(new Outcome.Right(), 5);
    timeline.tick();
    assertThat(timeline.results().answers().count()).isEqualTo(1);
    assertThat(timeline.results().answers().max()).isCloseTo(5, within(0.1));
  }

  @Test
  void phasesEndWhereTheyShould() {
    Timeline timeline = new Timeline(meter, List.of(2, 3));
    for (int second = 0; second < 5; second++) {
      begin(10 * (second + 1));
      for (int i = 0; i < 10 * (second + 1); i++) {
        end(new Outcome.Right(), second < 2 ? 10 : 100);
      }
      timeline.tick();
    }
    List<Phase> phases = timeline.results().phases();
    assertThat(phases).extracting(Phase::from).containsExactly(0, 2);
    assertThat(phases).extracting(Phase::to).containsExactly(2, 3);
    assertThat(phases).extracting(Phase::goodput).containsExactly(15.0, 30.0);
    assertThat(phases.get(0).answers().max()).isCloseTo(10, within(0.1));
    assertThat(phases.get(1).answers().p50()).isCloseTo(100, within(0.2));
    assertThat(timeline.results().goodput()).as("seconds after the schedule").isEqualTo(20);
  }

  @Test
  void aRunThatIsBrokenOffHasWhatThereIs() {
    Timeline timeline = new Timeline(meter, List.of(10, 20));
    begin(4);
    timeline.tick();
    timeline.tick();
    Results results = timeline.results();
    assertThat(results.scheduledSeconds()).isEqualTo(2);
    assertThat(results.unfinished()).isEqualTo(4);
    assertThat(results.phases()).extracting(Phase::to).containsExactly(2);
    assertThat(new Timeline(meter, List.of(10)).results().goodput()).isZero();
  }

  @Test
  void aServerThatInventsCausesFillsNothing() {
    for (int i = 0; i < 1_000; i++) {
      begin(1);
      end(new Outcome.Failed("close code " + i, true), 1);
    }
    assertThat(meter.counts().failed()).hasSizeLessThan(60).containsKey("others");
    assertThat(meter.counts().failures()).isEqualTo(1_000);
  }
}
