package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.blindbook.client.Steps.Failure;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever happens between any two touches of the disk and the network: no contact is paid for
 * twice, and the next call gives the right matches.
 */
class CrashTest {
  private final int unit = unit();

  /** All numbers are multiples of it, so that what takes long can be done with few contacts. */
  int unit() {
    return 5;
  }

  World world() {
    return new World();
  }

  /** Before and after a write to the store. */
  private static final int STEPS_OF_A_NOTE = 2;

  /** Registered are the numbers that divide by this. */
  private static final int EVERY = 3;

  private World worldWithHistory() {
    World world = world();
    world.registerEvery(EVERY, 30 * unit);
    world.discover(contacts(0, 20 * unit));
    return world;
  }

  private List<Identifier> book() {
    return contacts(4 * unit, 22 * unit);
  }

  /** A client that stops at a step. Says how many steps it did. */
  static int runInto(World world, Failure failure, int step, Collection<Identifier> book) {
    Steps steps = Steps.failing(failure, step);
    StateStore store = world.store;
    world.transport.steps = steps;
    DiscoveryClient client =
        world.builder().stateStore(new CrashingStore(store, steps)).maxAttempts(1).build();
    try {
      client.discover(book).toCompletableFuture().join();
    } catch (CompletionException e) {
      boolean halted = e.getCause() instanceof Steps.Halt;
      assertThat(halted || e.getCause() instanceof DiscoveryException).isTrue();
      assertThat(halted).isEqualTo(failure == Failure.HALT);
    }
    world.transport.steps = Steps.never();
    assertThat(world.transport.open).isZero();
    return steps.count();
  }

  private static void assertPaidOnce(World world) {
    assertThat(world.enclave.charges).allSatisfy((contact, times) -> assertThat(times).isOne());
  }

  private static void assertRight(World world, int from, int to) {
    Map<Identifier, UUID> matches = world.discover(contacts(from, to)).matches();
    assertThat(matches).isEqualTo(World.matches(EVERY, from, to));
    assertPaidOnce(world);
    assertThat(world.discover(contacts(from, to)).permitsUsed()).isZero();
  }

  private int steps() {
    return runInto(worldWithHistory(), Failure.HALT, Integer.MAX_VALUE, book());
  }

  @TestFactory
  List<DynamicTest> theSameAddressBookAfterOneFailure() {
    List<DynamicTest> tests = new ArrayList<>();
    int steps = steps();
    assertThat(steps).isGreaterThan(20);
    for (Failure failure : Failure.values()) {
      for (int i = 0; i < steps; i++) {
        int step = i;
        tests.add(
            DynamicTest.dynamicTest(
                failure + " at step " + step,
                () -> {
                  World world = worldWithHistory();
                  int done = runInto(world, failure, step, book());
                  // After an error the client notes that there was one.
                  assertThat(done - step - 1)
                      .isBetween(0, failure == Failure.HALT ? 0 : STEPS_OF_A_NOTE);
                  assertRight(world, 4 * unit, 22 * unit);
                  assertThat(world.charged()).isEqualTo(22 * unit);
                }));
      }
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> anotherAddressBookAfterOneFailure() {
    List<DynamicTest> tests = new ArrayList<>();
    int steps = steps();
    for (Failure failure : Failure.values()) {
      for (int i = 0; i < steps; i++) {
        int step = i;
        tests.add(
            DynamicTest.dynamicTest(
                failure + " at step " + step,
                () -> {
                  World world = worldWithHistory();
                  runInto(world, failure, step, book());
                  assertRight(world, 5 * unit, 24 * unit);
                  assertThat(world.charged()).isEqualTo(24 * unit);
                }));
      }
    }
    return tests;
  }

  /** Failures on top of failures, errors retried within a call, at random steps. */
  @ParameterizedTest
  @EnumSource(Failure.class)
  void manyFailuresInARow(Failure failure) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int steps = steps();
    for (int round = 0; round < 8 * unit; round++) {
      World world = worldWithHistory();
      int failures = 1 + random.nextInt(4);
      int end = 20 * unit;
      for (int i = 0; i < failures; i++) {
        end += random.nextInt(3);
        runInto(world, failure, random.nextInt(steps), contacts(4 * unit, end));
      }
      try {
        assertRight(world, 4 * unit, end);
        assertThat(world.charged()).isLessThanOrEqualTo(end);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }

  @TestFactory
  List<DynamicTest> anErrorOfTheNetworkIsRepeatedWithinTheCall() {
    List<DynamicTest> tests = new ArrayList<>();
    World counting = worldWithHistory();
    Steps steps = Steps.never();
    counting.transport.steps = steps;
    counting.discover(book());
    for (int i = 0; i < steps.count(); i++) {
      int step = i;
      tests.add(
          DynamicTest.dynamicTest(
              "at step " + step,
              () -> {
                World world = worldWithHistory();
                world.transport.steps = Steps.failing(Failure.ERROR, step);
                assertThat(world.discover(book()).matches())
                    .isEqualTo(World.matches(EVERY, 4 * unit, 22 * unit));
                assertThat(world.pauses).hasSize(1);
                assertPaidOnce(world);
                assertThat(world.charged()).isEqualTo(22 * unit);
              }));
    }
    return tests;
  }
}
