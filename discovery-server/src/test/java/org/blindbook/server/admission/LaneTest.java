package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.server.admission.Lane.Bounds;
import org.blindbook.server.admission.Lane.Call;
import org.blindbook.server.admission.Lane.Newcomer;
import org.blindbook.server.admission.Lane.Place;
import org.blindbook.server.admission.Lane.Station;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final int CORES = 2;
  private static final Duration DEADLINE = Duration.ofMillis(1_500);
  private static final long WHOLE =
      WorkCost.CONNECTION_MICROS + WorkCost.usualRequestMicros(EnclaveRole.LOOKUP);

  private long now = 1;
  private final Lane lane = lane(EnclaveRole.LOOKUP);
  private final List<Client> clients = new ArrayList<>();
  private final List<Integer> begun = new ArrayList<>();
  private final List<Integer> late = new ArrayList<>();

  private Lane lane(EnclaveRole role) {
    return new Lane(role, Bounds.of(DEADLINE), CORES, () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** A client of the lane, with its number. */
  private final class Client implements Newcomer {
    final int number = clients.size();
    final Place place;
    Call call;

    Client(Lane lane) {
      clients.add(this);
      place = lane.enter(this);
    }

    @Override
    public void begin(Call offer) {
      begun.add(number);
      call = offer;
    }

    /** The call that it has, if it has one, is answered. */
    void answered() {
      if (call != null) {
        call.answered();
      }
    }

    /** Makes a call, and knows it once it is made. */
    void call(Station station, long micros) {
      place.call(station, micros, made -> call = made);
    }

    @Override
    public void tooLate() {
      late.add(number);
    }
  }

  /** So many that the enclaves have all they can take, and none waits. */
  private List<Client> fillTheChannel() {
    List<Client> inside = new ArrayList<>();
    while (begun.size() == clients.size()) {
      inside.add(new Client(lane));
    }
    inside.removeLast().place.leave();
    return inside;
  }

  @Test
  void newcomersBeginAtOnceWhileTheEnclavesHaveRoom() {
    new Client(lane);
    new Client(lane);
    assertThat(begun).containsExactly(0, 1);
    assertThat(lane.full()).isFalse();
  }

  @Test
  void theEnclavesHaveOnlySoManyCallsAtOnce() {
    int calls = fillTheChannel().size();
    assertThat(calls)
        .isEqualTo((int) Math.ceil(CORES * 20_000.0 / WorkCost.OFFER_MICROS))
        .isLessThan(100);
  }

  @Test
  void whoIsInsideGoesBeforeWhoIsNot() {
    List<Client> inside = fillTheChannel();
    int before = begun.size();
    new Client(lane);
    List<String> ran = new ArrayList<>();
    inside.get(0).answered();
    inside.get(0).place.call(Station.CHANNEL, 800, call -> ran.add("handshake"));
    assertThat(begun).hasSize(before + 1);
    inside.get(1).answered();
    inside.get(1).place.call(Station.CHANNEL, 800, call -> ran.add("another"));
    new Client(lane);
    new Client(lane);
    assertThat(begun)
        .as("no newcomer while a handshake waits or has taken the room")
        .hasSize(before + 1);
    inside.get(2).answered();
    inside.get(3).answered();
    assertThat(ran).containsExactly("handshake", "another");
  }

  @Test
  void aNewcomerIsRefusedWhenThoseBeforeItTakeTooLong() {
    fillTheChannel();
    int waiting = 0;
    while (!lane.full() && clients.size() < 10_000) {
      new Client(lane);
      waiting++;
    }
    double millis = waiting * WHOLE / 1e3 / CORES;
    assertThat(millis).isBetween(500.0, 510.0);
    assertThat(lane.queued()).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void whoHasWaitedTooLongIsRefusedAndTheNewestGoFirstThen() {
    List<Client> inside = fillTheChannel();
    begun.clear();
    Client oldest = new Client(lane);
    pass(Duration.ofMillis(400));
    Client second = new Client(lane);
    inside.get(0).answered();
    inside.get(1).answered();
    assertThat(begun)
        .as("in order while there is time")
        .containsExactly(oldest.number, second.number);

    Client third = new Client(lane);
    pass(Duration.ofMillis(600));
    Client fourth = new Client(lane);
    Client fifth = new Client(lane);
    inside.get(2).answered();
    assertThat(begun).as("the newest").endsWith(fifth.number);
    pass(Duration.ofMillis(500));
    lane.expire();
    assertThat(late).containsExactly(third.number);
    inside.get(3).answered();
    assertThat(begun).endsWith(fourth.number);
  }

  @Test
  void whoLeavesWhileWaitingMakesRoom() {
    fillTheChannel();
    List<Client> waiting = new ArrayList<>();
    while (!lane.full() && clients.size() < 10_000) {
      waiting.add(new Client(lane));
    }
    waiting.forEach(client -> client.place.leave());
    assertThat(lane.full()).isFalse();
    pass(Duration.ofSeconds(9));
    lane.expire();
    assertThat(late).isEmpty();
  }

  @Test
  void noMoreIsBegunThanCouldBeDoneInTimeIfOneInFourCameNow() {
    for (int i = 0; i < 10_000 && begun.size() == clients.size(); i++) {
      new Client(lane).answered();
    }
    double millis = begun.size() * (WHOLE - WorkCost.OFFER_MICROS) / 1e3 / CORES / 4;
    assertThat(millis).isBetween(1_490.0, 1_500.0);
    clients.forEach(client -> client.place.lapse());
    assertThat(begun).as("the silent hold up nobody").hasSameSizeAs(clients);
  }

  @Test
  void aRequestIsRefusedWhenItsResultsWouldComeTooLate() {
    Lane evaluations = lane(EnclaveRole.EVALUATOR);
    long largest = WorkCost.resultMicros(EnclaveRole.EVALUATOR, 32_768);
    assertThat(entered(evaluations).reserve(largest)).as("a core is free").isTrue();
    assertThat(entered(evaluations).reserve(largest)).as("and another").isTrue();
    Place third = entered(evaluations);
    assertThat(third.reserve(WorkCost.resultMicros(EnclaveRole.EVALUATOR, 64))).isFalse();
    clients.getFirst().place.leave();
    assertThat(third.reserve(WorkCost.resultMicros(EnclaveRole.EVALUATOR, 64))).isTrue();
  }

  private Place entered(Lane evaluations) {
    Client client = new Client(evaluations);
    client.answered();
    return client.place;
  }

  @Test
  void everythingIsGivenBackHoweverAPlaceIsLeft() {
    for (int stage = 0; stage < 6; stage++) {
      Client client = new Client(lane);
      if (stage > 0) {
        client.answered();
      }
      if (stage > 1) {
        client.call(Station.CHANNEL, 800);
      }
      if (stage > 2) {
        client.answered();
        client.place.reserve(9_000);
      }
      if (stage > 3) {
        client.call(Station.RESULT, 9_000);
      }
      if (stage > 4) {
        client.answered();
      }
      client.place.leave();
      client.answered();
      assertThat(lane.queued()).as("after stage %d", stage).isZero();
    }
  }

  @Test
  void whoLeavesWhileItsCallWaitsTakesItAlong() {
    List<Client> inside = fillTheChannel();
    Client client = inside.getFirst();
    client.answered();
    new Client(lane);
    List<String> ran = new ArrayList<>();
    client.place.call(Station.CHANNEL, 800, call -> ran.add("ran"));
    client.place.leave();
    inside.get(1).answered();
    inside.get(2).answered();
    assertThat(ran).isEmpty();
  }

  /** The lane may be told of an answer after the client has got it and asked for more. */
  @Test
  void anAnswerThatIsToldOfLateIsNotThatOfTheNextCall() {
    Client client = new Client(lane);
    Call offer = client.call;
    client.call(Station.CHANNEL, 800);
    offer.answered();
    offer.answered();
    client.answered();
    client.place.leave();
    assertThat(lane.queued()).isZero();
  }

  @Test
  void theMoreAreRefusedTheLongerTheyAreToldToWait() {
    assertThat(lane.backlog()).isZero();
    for (int i = 0; i < 3_000; i++) {
      lane.refused();
    }
    Duration after = lane.backlog();
    assertThat(after)
        .isBetween(Duration.ofMillis(3_000 * WHOLE / 1_000 / CORES - 10), Duration.ofSeconds(6));
    for (int i = 0; i < 3_000; i++) {
      lane.refused();
    }
    assertThat(lane.backlog())
        .isBetween(after.multipliedBy(2).minusMillis(9), after.multipliedBy(2));
    pass(after);
    assertThat(lane.backlog()).as("time pays it off").isLessThanOrEqualTo(after);
    for (int i = 0; i < 1_000_000; i++) {
      lane.refused();
    }
    assertThat(lane.backlog()).isBetween(Duration.ofSeconds(119), Duration.ofSeconds(120));
    assertThat(lane.refusals()).isEqualTo(1_006_000);
  }

  @Test
  void anothersWorkCountsWhileItLasts() {
    lane.occupy(10_000);
    assertThat(lane.queued()).isEqualTo(Duration.ofMillis(5));
    lane.vacate(10_000);
    assertThat(lane.queued()).isZero();
  }
}
