package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The service goes from the evaluator's key of epoch 1 to that of epoch 2. */
class RotationTest {
  private static final EvaluatorKey SECOND = EvaluatorKey.random(new SecureRandom());

  static Stream<World> worlds() {
    return Stream.of(World.blinded(), World.split());
  }

  private static void assertSync(World world, int permits) {
    Discovery discovery = world.discover(contacts(0, 20));
    assertThat(discovery.matches()).isEqualTo(matches(3, 0, 20));
    assertThat(discovery.permitsUsed()).isEqualTo(permits);
    assertThat(world.pauses).isEmpty();
  }

  private static List<EpochOutputs> stored(World world) throws Exception {
    return StateFormat.decode(world.store.load().orElseThrow()).epochs();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void eachEpochIsPaidForOnceHoweverOftenTheServiceTurns(World world) throws Exception {
    world.registerEvery(3, 20);
    assertSync(world, 20);
    world.begin(2, SECOND);
    assertSync(world, 0);
    world.switchTo(2);
    assertSync(world, 20);
    assertSync(world, 0);
    assertThat(stored(world)).extracting(outputs -> outputs.epoch().number()).containsExactly(2, 1);
    assertThat(stored(world)).allSatisfy(outputs -> assertThat(outputs.keys()).hasSize(20));
    world.switchTo(1);
    assertSync(world, 0);
    world.switchTo(2);
    assertSync(world, 0);
    world.retire(1);
    assertSync(world, 0);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 20, 2, 20));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void aPolicyThatNamesTheOldKeyOnlyIsServedUntilItIsRetired(World world) throws Exception {
    world.registerEvery(3, 20);
    world.begin(2, SECOND);
    world.switchTo(2);
    world.pins.removeIf(pin -> pin.epoch() == 2);
    assertSync(world, 20);
    world.store = new InMemoryStateStore();
    assertSync(world, 20);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 40));

    world.retire(1);
    List<EpochOutputs> before = stored(world);
    world.transport.sent.clear();
    DiscoveryException failure = world.failure(contacts(0, 20));
    assertThat(failure.error()).isEqualTo(DiscoveryError.WRONG_EPOCH);
    assertThat(failure)
        .hasMessage(
            "The service uses none of the keys that the policy names, or is changing them now: try"
                + " again later, and if that does not help, update the app or its policy.");
    assertThat(world.pauses).hasSize(Retries.DEFAULT.attempts() - 1);
    assertThat(world.transport.sent).isEmpty();
    assertThat(stored(world)).usingRecursiveComparison().isEqualTo(before);

    world.pauses.clear();
    world.pin(2, SECOND);
    assertSync(world, 20);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 40, 2, 20));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void anEvaluationLeftBehindInTheOldEpochWaitsThereAndBlocksNothing(World world) throws Exception {
    world.registerEvery(3, 20);
    world.evaluator().answers = (request, reply) -> new byte[5];
    assertThat(world.failure(contacts(0, 20)).error()).isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    world.evaluator().answers = (request, reply) -> reply;
    world.begin(2, SECOND);
    world.switchTo(2);
    assertSync(world, 20);
    assertSync(world, 0);
    assertThat(stored(world).get(1).pending()).isNotNull();
    world.switchTo(1);
    assertSync(world, 0);
    assertThat(stored(world).get(0).pending()).isNull();
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 20, 2, 20));
  }

  /** The process ends at any touch of disk or network, and the service turns before the next. */
  @ParameterizedTest
  @MethodSource("worlds")
  void aCrashBeforeTheTurnCostsNothing(World world) {
    world.registerEvery(3, 20);
    world.begin(2, SECOND);
    boolean ended = false;
    for (int step = 0; !ended; step++) {
      world.store = new InMemoryStateStore();
      world.evaluated().clear();
      world.switchTo(1);
      ended = CrashTest.runInto(world, Steps.Failure.HALT, step, contacts(0, 20)) <= step;
      world.switchTo(2);
      assertSync(world, 20);
      world.switchTo(1);
      world.discover(contacts(0, 20));
      assertThat(world.evaluated()).as("halted at step %d", step).isEqualTo(Map.of(1, 20, 2, 20));
    }
  }

  @Test
  void anotherKeyUnderAnOldNumberIsEvaluatedAnew() {
    World world = World.blinded();
    world.registerEvery(3, 20);
    assertSync(world, 20);
    world.pins.clear();
    world.pin(1, SECOND);
    world.enclave.blind(1, SECOND);
    assertSync(world, 20);
  }

  @Test
  void theKeysOfTheTwoEpochsUsedLastAreKept() throws Exception {
    World world = World.blinded();
    world.registerEvery(3, 20);
    for (int epoch = 1; epoch <= 3; epoch++) {
      world.begin(epoch, EvaluatorKey.random(new SecureRandom()));
      world.switchTo(epoch);
      assertSync(world, 20);
    }
    assertThat(stored(world)).extracting(outputs -> outputs.epoch().number()).containsExactly(3, 2);
    world.switchTo(1);
    assertSync(world, 20);
  }

  @Test
  void aTurnBetweenEvaluationAndLookupIsFollowed() throws Exception {
    World world = World.split();
    world.registerEvery(3, 20);
    world.begin(2, SECOND);
    StateStore store = world.store;
    world.evaluator().answers =
        (request, reply) -> {
          world.switchTo(2);
          return reply;
        };
    assertSync(world, 40);
    assertSync(world, 0);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 20, 2, 20));
    assertThat(world.store).isSameAs(store);
    assertThat(stored(world)).allSatisfy(outputs -> assertThat(outputs.keys()).hasSize(20));
  }

  private static List<String> named(World world) {
    return world.transport.upgrades.stream()
        .map(headers -> String.valueOf(headers.get("Blindbook-Epochs")))
        .toList();
  }

  @Test
  void namesTheEpochsOfThePolicyAndAtMostEight() {
    World world = World.blinded();
    world.discover(contacts(0, 1));
    for (int epoch = 2; epoch <= 10; epoch++) {
      world.begin(epoch, SECOND);
    }
    world.switchTo(10);
    world.discover(contacts(0, 1));
    String newest = "3,4,5,6,7,8,9,10";
    // Evaluator and lookup; then lookup, evaluator of what that is in, lookup.
    assertThat(named(world)).containsExactly("1", "1", newest, "10", newest);
    World truncated = new World();
    truncated.discover(contacts(0, 1));
    assertThat(named(truncated)).containsExactly("null");
  }

  @Test
  void theEvaluatorIsNamedTheEpochThatIsLookedUpOnceThatIsKnown() {
    World world = World.split();
    world.begin(2, SECOND);
    world.enclave.switchTo(2);
    world.discover(contacts(0, 1));
    // Evaluator, lookup, evaluator, lookup.
    assertThat(named(world)).containsExactly("1,2", "1,2", "2", "1,2");
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 1, 2, 1));
  }
}
