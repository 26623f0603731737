package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contact;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Registrations since the last full discovery, looked up in a table of their own. */
class RecentDiscoveryTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final List<Arguments> MODES =
      List.of(
          Arguments.argumentSet("truncated", (Supplier<World>) World::new),
          Arguments.argumentSet("blinded", (Supplier<World>) World::blinded));

  /** Everybody whose number divides by three is registered, and was asked for a day ago. */
  private static World aDayAfterAFullDiscovery(Supplier<World> service) {
    World world = service.get();
    world.registerEvery(3, 20);
    world.withRecent();
    assertThat(world.discover(contacts(0, 20)).coverage().recent()).isFalse();
    world.pass(DAY);
    return world;
  }

  /** Registers somebody now. */
  private static void register(World world, int number) {
    UUID account = new UUID(7, number + 1);
    world.enclave.register(contact(number), account);
    world.transport.recent.register(contact(number), account);
  }

  private static String lastPath(World world) {
    return world.transport.addresses.get(world.transport.addresses.size() - 1).getPath();
  }

  private static DiscoveryException failure(World world, List<Identifier> book) {
    CompletionException failure =
        Assertions.catchThrowableOfType(
            CompletionException.class, () -> world.discoverRecent(book));
    return (DiscoveryException) failure.getCause();
  }

  @ParameterizedTest
  @FieldSource("MODES")
  void whoIsNewIsFoundAndAddedToWhatIsKnown(Supplier<World> service) {
    World world = aDayAfterAFullDiscovery(service);
    register(world, 7);
    int charged = world.charged();
    Discovery found = world.discoverRecent(contacts(0, 20));
    assertThat(found.matches()).containsOnly(Map.entry(contact(7), new UUID(7, 8)));
    assertThat(found.coverage())
        .isEqualTo(new Coverage(true, FakeEnclave.NOW, FakeEnclave.NOW.plus(Duration.ofDays(7))));
    assertThat(lastPath(world)).endsWith("/v1/recent");
    assertThat(world.charged()).as("permits of the other kind").isEqualTo(charged);

    Map<Identifier, UUID> known = found.addedTo(matches(3, 0, 20));
    assertThat(known).hasSize(8).containsAllEntriesOf(matches(3, 0, 20));
    assertThat(known).containsEntry(contact(7), new UUID(7, 8));
    assertThat(world.discover(contacts(0, 20)).addedTo(Map.of(contact(1), new UUID(1, 1))))
        .as("a full discovery takes the place of all that was known")
        .isEqualTo(known);
  }

  @Test
  void eachContactIsPaidForAtEachCall() {
    World world = aDayAfterAFullDiscovery(World::new);
    assertThat(world.discoverRecent(contacts(0, 20)).permitsUsed()).isEqualTo(20);
    assertThat(world.discoverRecent(contacts(0, 20)).permitsUsed()).isEqualTo(20);
    assertThat(world.transport.recent.charged()).isEqualTo(40);
  }

  @Test
  void theServiceIsToldSinceWhenTheClientMissesChanges() {
    World world = aDayAfterAFullDiscovery(World::new);
    world.discoverRecent(contacts(0, 20));
    Instant anHourBefore = FakeEnclave.NOW.minus(Duration.ofHours(1));
    assertThat(world.transport.upgrades.get(1))
        .containsEntry("Blindbook-Since", Long.toString(anHourBefore.getEpochSecond()));
    assertThat(world.transport.upgrades.get(0)).doesNotContainKey("Blindbook-Since");
  }

  @ParameterizedTest
  @FieldSource("MODES")
  void whereRecentOnesDoNotSufficeAllAreAskedFor(Supplier<World> service) {
    Consumer<World> never = world -> world.store = new World().store;
    Consumer<World> tooLongAgo = world -> world.pass(Duration.ofDays(6));
    Consumer<World> clockSetBack = world -> world.pass(Duration.ofDays(-2));
    Consumer<World> none = world -> world.transport.recent = null;
    Consumer<World> cut = world -> world.transport.recentSince = FakeEnclave.NOW;
    for (Consumer<World> reason : List.of(never, tooLongAgo, clockSetBack, none, cut)) {
      World world = aDayAfterAFullDiscovery(service);
      reason.accept(world);
      Discovery found = world.discoverRecent(contacts(0, 20));
      assertThat(found.matches()).isEqualTo(matches(3, 0, 20));
      assertThat(found.coverage().recent()).isFalse();
      assertThat(found.coverage().fullAt()).isEqualTo(world.now);
      assertThat(lastPath(world)).endsWith("/v1/discovery");
      assertThat(world.pauses).isEmpty();
    }
  }

  @Test
  void howLongRecentOnesSufficeIsTheAppsToSay() {
    World world = aDayAfterAFullDiscovery(World::new);
    DiscoveryClient client = world.builder().fullSyncEvery(DAY).build();
    assertThat(client.discoverRecent(contacts(0, 20)).join().coverage().recent()).isFalse();
    world.pass(DAY.minusSeconds(61));
    assertThat(client.discoverRecent(contacts(0, 20)).join().coverage().recent()).isTrue();
  }

  @ParameterizedTest
  @FieldSource("MODES")
  void anEnclaveInPlaceOfTheOtherIsToldNothing(Supplier<World> service) {
    World world = aDayAfterAFullDiscovery(service);
    int sent = world.transport.sent.size();
    world.transport.inPlaceOfRecent = world.enclave;
    assertThat(failure(world, contacts(0, 20)).error()).isEqualTo(DiscoveryError.WRONG_ROLE);

    // One that shows no settings cannot prove that it is of recent registrations.
    world.transport.inPlaceOfRecent = null;
    world.transport.settings = FakeEnclave.SETTINGS_TEXT.getBytes();
    assertThat(failure(world, contacts(0, 20)).error()).isEqualTo(DiscoveryError.WRONG_ROLE);

    world.transport.settings = FakeEnclave.RECENT_SETTINGS_TEXT.getBytes();
    world.enclave.settings = FakeEnclave.RECENT_SETTINGS_TEXT;
    assertThat(world.failure(contacts(0, 20)).error()).isEqualTo(DiscoveryError.WRONG_ROLE);
    assertThat(world.transport.sent).hasSize(sent);
  }

  @Test
  void inBlindedModeContactsThatWereNeverEvaluatedWaitForAFullDiscoveryUnseen() {
    World world = aDayAfterAFullDiscovery(World::blinded);
    register(world, 7);
    register(world, 70);
    world.discoverRecent(contacts(0, 20));
    List<Integer> lengths = lengthsOfLast(world, 3);
    assertThat(world.discoverRecent(contacts(0, 64)).matches())
        .containsOnly(Map.entry(contact(7), new UUID(7, 8)));
    assertThat(lengthsOfLast(world, 3)).isEqualTo(lengths);
    assertThat(world.discoverRecent(contacts(7, 72)).matches()).hasSize(1);
    assertThat(lengthsOfLast(world, 3)).as("the class of the book").isNotEqualTo(lengths);
    assertThat(lastPath(world)).endsWith("/v1/recent");
    assertThat(world.discover(contacts(7, 72)).matches()).containsKey(contact(70));
  }

  private static List<Integer> lengthsOfLast(World world, int messages) {
    List<byte[]> sent = world.transport.sent;
    return sent.subList(sent.size() - messages, sent.size()).stream().map(m -> m.length).toList();
  }

  @Test
  void whoHasTooFewPermitsIsToldAfterTheSameMessages() {
    World world = aDayAfterAFullDiscovery(World::new);
    world.discoverRecent(contacts(0, 20));
    List<Integer> granted = lengthsOfLast(world, 3);
    world.transport.recent.permits = 19;
    world.transport.recent.refusedRetryAfter = 100;
    int before = world.transport.sent.size();
    assertThat(failure(world, contacts(0, 20)).error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
    assertThat(world.transport.sent).hasSize(before + 3);
    assertThat(lengthsOfLast(world, 3)).isEqualTo(granted);
  }

  @Test
  void aCallThatIsCutOffAnywhereGoesOnAndPaysOnce() {
    int step = 0;
    Steps steps;
    do {
      World world = aDayAfterAFullDiscovery(World::new);
      steps = Steps.failing(Steps.Failure.ERROR, step++);
      world.transport.steps = steps;
      assertThat(world.discoverRecent(contacts(0, 20)).coverage().recent()).isTrue();
      assertThat(world.transport.recent.charged()).as("cut off at step %d", step).isEqualTo(20);
    } while (steps.count() > step);
    assertThat(step).isGreaterThan(10);
  }

  /** By what is asked next the host must not see whether the last full request was granted. */
  @Test
  void aRefusedFullDiscoveryIsFollowedAsAGrantedOneIs() {
    List<List<URI>> views = new ArrayList<>();
    for (int permits : new int[] {1_000, 0}) {
      World world = aDayAfterAFullDiscovery(World::new);
      world.enclave.permits = permits;
      try {
        world.discover(contacts(0, 40));
      } catch (CompletionException refused) {
        assertThat(permits).isZero();
      }
      world.pass(Duration.ofDays(6).plusHours(20));
      world.discoverRecent(contacts(0, 40));
      views.add(world.transport.addresses);
      Map<String, String> last = world.transport.upgrades.get(world.transport.upgrades.size() - 1);
      assertThat(last)
          .containsEntry(
              "Blindbook-Since",
              Long.toString(FakeEnclave.NOW.plus(DAY).minusSeconds(3_600).getEpochSecond()));
    }
    assertThat(views.get(1)).isEqualTo(views.get(0));
  }

  @Test
  void aServerThatIsBusyIsNoReasonToAskForAll() {
    World world = aDayAfterAFullDiscovery(World::new);
    world.transport.refusals.add(new Transport.RefusedException(503, 1));
    world.transport.refusals.add(new IOException("broken by the test"));
    assertThat(world.discoverRecent(contacts(0, 20)).coverage().recent()).isTrue();
    assertThat(world.transport.addresses.subList(1, 4))
        .allSatisfy(address -> assertThat(address.getPath()).endsWith("/v1/recent"));
  }
}
