package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.blindbook.client.DiscoveryProgress.Stage;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that blinds for longer than the service waits for a message. */
class SlowPhoneTest {
  /** Two hundred times what a server takes. */
  private static final int MILLISECONDS_A_CONTACT = 20;

  private static final int LARGE = BlindedEvaluation.LARGEST_WHILE_CONNECTED + 1;
  private static final List<Identifier> BOOK = contacts(0, LARGE);

  private final List<Stage> stages = new ArrayList<>();

  static Stream<World> worlds() {
    return Stream.of(World.blinded(), World.split());
  }

  private DiscoveryClient client(World world, int millisecondsAContact) {
    return world
        .builder()
        .progress(
            (stage, count) -> {
              stages.add(stage);
              if (stage == Stage.BLINDING || stage == Stage.UNBLINDING) {
                world.transport.time += (long) millisecondsAContact * count;
              }
            })
        .build();
  }

  private Discovery sync(World world) {
    return client(world, MILLISECONDS_A_CONTACT).discover(BOOK).toCompletableFuture().join();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void getsThroughALargeAddressBook(World world) {
    world.registerEvery(500, LARGE);
    Discovery discovery = sync(world);
    assertThat(discovery.matches()).isEqualTo(matches(500, 0, LARGE));
    assertThat(discovery.permitsUsed()).isEqualTo(LARGE);
    assertThat(world.pauses).isEmpty();
    assertThat(world.transport.upgrades).hasSize(3);
    assertThat(world.transport.open).isZero();
    assertThat(stages)
        .containsExactly(Stage.BLINDING, Stage.EVALUATING, Stage.UNBLINDING, Stage.LOOKING_UP);
  }

  @Test
  void blindsOnceThoughTheNetworkFails() {
    World world = World.blinded();
    world.transport.requestFailures.add(new IOException("broken by the test"));
    assertThat(sync(world).permitsUsed()).isEqualTo(LARGE);
    assertThat(world.pauses).hasSize(1);
    assertThat(stages).containsOnlyOnce(Stage.BLINDING);
  }

  @Test
  void oneConnectionIsEnoughForFewerContacts() {
    World world = World.blinded();
    client(world, 10).discover(BOOK.subList(1, LARGE)).toCompletableFuture().join();
    assertThat(world.transport.upgrades).hasSize(1);
  }

  /** Or the phone would blind for ever. */
  @Test
  void aServiceThatTurnsWhileThePhoneBlindsIsFollowedAFewTimes() {
    World world = World.blinded();
    world.begin(2, EvaluatorKey.random(new SecureRandom()));
    DiscoveryClient client =
        world
            .builder()
            .maxAttempts(2)
            .progress(
                (stage, count) -> {
                  stages.add(stage);
                  world.switchTo(1 + stages.size() % 2);
                })
            .build();
    assertThat(World.failure(client, BOOK).error()).isEqualTo(DiscoveryError.WRONG_EPOCH);
    assertThat(world.charged()).isZero();
    assertThat(stages).hasSize(3).containsOnly(Stage.BLINDING);
  }
}
