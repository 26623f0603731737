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
import org.blindbook.protocol.identifier.Identifier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever happens between any two touches of the disk and the network: no contact is paid for
 * twice, and the next call gives the right matches.
 */
class CrashTest {
  /** Registered are the numbers that divide by this. */
  private static final int EVERY = 3;

  private static World worldWithHistory() {
    World world = new World();
    world.registerEvery(EVERY, 200);
    world.discover(contacts(0, 100));
    return world;
  }

  /** A client that stops at a step. Says how many steps it did. */
  private static int runInto(World world, Failure failure, int step, Collection<Identifier> book) {
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

  private static int steps() {
    return runInto(worldWithHistory(), Failure.HALT, Integer.MAX_VALUE, contacts(20, 110));
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
                  int done = runInto(world, failure, step, contacts(20, 110));
                  assertThat(done).isEqualTo(step + 1);
                  assertRight(world, 20, 110);
                  assertThat(world.enclave.charged()).isEqualTo(110);
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
                  runInto(world, failure, step, contacts(20, 110));
                  assertRight(world, 25, 120);
                  assertThat(world.enclave.charged()).isEqualTo(120);
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
    for (int round = 0; round < 40; round++) {
      World world = worldWithHistory();
      int failures = 1 + random.nextInt(4);
      int end = 100;
      for (int i = 0; i < failures; i++) {
        end += random.nextInt(3);
        runInto(world, failure, random.nextInt(steps), contacts(20, end));
      }
      try {
        assertRight(world, 20, end);
        assertThat(world.enclave.charged()).isLessThanOrEqualTo(end);
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
    counting.discover(contacts(20, 110));
    for (int i = 0; i < steps.count(); i++) {
      int step = i;
      tests.add(
          DynamicTest.dynamicTest(
              "at step " + step,
              () -> {
                World world = worldWithHistory();
                world.transport.steps = Steps.failing(Failure.ERROR, step);
                assertThat(world.discover(contacts(20, 110)).matches())
                    .isEqualTo(World.matches(EVERY, 20, 110));
                assertThat(world.pauses).hasSize(1);
                assertPaidOnce(world);
                assertThat(world.enclave.charged()).isEqualTo(110);
              }));
    }
    return tests;
  }
}
