package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of a request, the host sees the same connections, messages and lengths. */
class HiddenOutcomeTest {
  private static final Consumer<World> GRANTED = world -> {};
  private static final Consumer<World> REFUSED = world -> world.enclave.permits = 0;
  private static final Consumer<World> INVALID = world -> world.enclave.loseTokenKey();

  /** What the host has seen of a client so far. */
  private record View(List<URI> connections, List<Integer> lengths) {
    static View of(World world) {
      List<Integer> lengths = new ArrayList<>();
      world.transport.sent.forEach(message -> lengths.add(message.length));
      return new View(List.copyOf(world.transport.addresses), lengths);
    }
  }

  /** A first call that pays, one whose outcome the client does not see or that is not made, one. */
  private static View view(
      Supplier<World> service, boolean interrupted, Consumer<World> outcome, int from, int to) {
    World world = service.get();
    world.registerEvery(3, 60);
    world.discover(contacts(0, 20));
    if (interrupted) {
      world.transport.requestFailures.add(new IOException("broken by the test"));
      DiscoveryClient once = world.builder().maxAttempts(1).build();
      World.failure(once, contacts(0, 25));
    }
    outcome.accept(world);
    List<Identifier> book = contacts(from, to);
    try {
      world.discover(book);
    } catch (RuntimeException e) {
      assertThat(e).hasCauseInstanceOf(DiscoveryException.class);
    }
    return View.of(world);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inTruncatedMode(boolean interrupted) {
    View granted = view(World::new, interrupted, GRANTED, 0, 60);
    assertThat(granted.connections()).hasSize(interrupted ? 4 : 2);
    for (int newest : new int[] {22, 40, 60}) {
      assertThat(view(World::new, interrupted, GRANTED, 0, newest)).isEqualTo(granted);
      assertThat(view(World::new, interrupted, REFUSED, 0, newest)).isEqualTo(granted);
      assertThat(view(World::new, interrupted, INVALID, 0, newest)).isEqualTo(granted);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inBlindedMode(boolean interrupted) {
    View granted = view(World::blinded, interrupted, GRANTED, 0, 60);
    assertThat(granted.connections()).hasSize(interrupted ? 6 : 4);
    for (int newest : new int[] {27, 40, 60}) {
      assertThat(view(World::blinded, interrupted, GRANTED, 0, newest)).isEqualTo(granted);
      assertThat(view(World::blinded, interrupted, REFUSED, 0, newest)).isEqualTo(granted);
    }
  }

  /** The keys that a refused client has fill a smaller class than its book. */
  @Test
  void aLookupAfterARefusedEvaluationHasRoomForTheWholeBook() {
    View granted = view(World::blinded, false, GRANTED, 0, 100);
    assertThat(view(World::blinded, false, REFUSED, 0, 100)).isEqualTo(granted);
  }

  /** What is asked for after a request that was not granted has room for what it would have got. */
  @Test
  void aSecondRequestIsAsLargeAsIfTheFirstHadBeenGranted() {
    View granted = view(World::new, true, GRANTED, 21, 83);
    assertThat(view(World::new, true, REFUSED, 21, 83)).isEqualTo(granted);
    assertThat(view(World::new, true, INVALID, 21, 83)).isEqualTo(granted);
  }
}
