package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.blindbook.client.DiscoveryProgress.Stage;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that blinds for longer than the service waits for a message. */
class SlowPhoneTest {
  /** Two thousand times what a server takes, so that few contacts are enough. */
  private static final int MILLISECONDS_A_CONTACT = 200;

  private static final int CONTACTS = 200;
  private static final List<Identifier> BOOK = contacts(0, CONTACTS);

  private final List<Stage> stages = new ArrayList<>();

  static Stream<World> worlds() {
    return Stream.of(World.blinded(), World.split());
  }

  private Discovery sync(World world) {
    return world
        .builder()
        .progress(
            (stage, count) -> {
              stages.add(stage);
              if (stage == Stage.BLINDING || stage == Stage.UNBLINDING) {
                // Nobody outside may learn from a pause how many contacts there are.
                assertThat(world.transport.open).isZero();
                world.transport.time += (long) MILLISECONDS_A_CONTACT * count;
              }
            })
        .build()
        .discover(BOOK)
        .toCompletableFuture()
        .join();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void getsThroughALargeAddressBook(World world) {
    world.registerEvery(50, CONTACTS);
    Discovery discovery = sync(world);
    assertThat(discovery.matches()).isEqualTo(matches(50, 0, CONTACTS));
    assertThat(discovery.permitsUsed()).isEqualTo(CONTACTS);
    assertThat(world.pauses).isEmpty();
    assertThat(world.transport.upgrades).hasSize(2);
    assertThat(world.transport.open).isZero();
    assertThat(stages)
        .containsExactly(Stage.BLINDING, Stage.EVALUATING, Stage.UNBLINDING, Stage.LOOKING_UP);
  }

  @Test
  void blindsOnceThoughTheNetworkFails() {
    World world = World.blinded();
    world.transport.refusals.add(new IOException("broken by the test"));
    world.transport.requestFailures.add(new IOException("broken by the test"));
    assertThat(sync(world).permitsUsed()).isEqualTo(CONTACTS);
    assertThat(world.pauses).hasSize(2);
    assertThat(stages).containsOnlyOnce(Stage.BLINDING);
  }

  @Test
  void blindsAgainForAnotherEpochOnly() {
    World world = World.blinded();
    sync(world);
    stages.clear();
    world.begin(2, EvaluatorKey.random(new SecureRandom()));
    world.switchTo(2);
    world.transport.refusals.add(new IOException("broken by the test"));
    assertThat(sync(world).permitsUsed()).isEqualTo(CONTACTS);
    assertThat(stages).containsOnlyOnce(Stage.BLINDING);
  }

  /** Or the phone would blind for ever. */
  @Test
  void aServiceThatTurnsWhileThePhoneUnblindsIsFollowedAFewTimes() {
    World world = World.blinded();
    world.begin(2, EvaluatorKey.random(new SecureRandom()));
    world.begin(3, EvaluatorKey.random(new SecureRandom()));
    DiscoveryClient client =
        world
            .builder()
            .maxAttempts(2)
            .progress(
                (stage, count) -> {
                  stages.add(stage);
                  if (stage == Stage.UNBLINDING) {
                    world.switchTo(1 + world.evaluated().size() % 3);
                  }
                })
            .build();
    assertThat(World.failure(client, BOOK).error()).isEqualTo(DiscoveryError.WRONG_EPOCH);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, CONTACTS, 2, CONTACTS, 3, CONTACTS));
    assertThat(stages).doesNotContain(Stage.LOOKING_UP);
  }
}
