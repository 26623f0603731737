package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that looks up the outputs of a pseudorandom function. */
class BlindedModeTest {
  private final World world = World.blinded();

  private ClientState state() throws Exception {
    return StateFormat.decode(world.store.load().orElseThrow());
  }

  @Test
  void findsExactlyTheRegisteredContactsAndPaysForThemOnce() {
    world.registerEvery(7, 100);
    Discovery discovery = world.discover(contacts(10, 80));
    assertThat(discovery.matches()).isEqualTo(matches(7, 10, 80));
    assertThat(discovery.permitsUsed()).isEqualTo(70);
    Discovery again = world.discover(contacts(10, 80));
    assertThat(again.matches()).isEqualTo(matches(7, 10, 80));
    assertThat(again.permitsUsed()).isZero();
    assertThat(world.charged()).isEqualTo(70);
    assertThat(world.transport.open).isZero();
  }

  @Test
  void evaluatesNewContactsOnlyPaddedToTheSmallestClass() {
    world.registerEvery(2, 110);
    world.discover(contacts(0, 100));
    Discovery more = world.discover(contacts(0, 103));
    assertThat(more.permitsUsed()).isEqualTo(3);
    assertThat(more.matches()).isEqualTo(matches(2, 0, 103));
    assertThat(world.enclave.evaluationCounts).containsExactly(100, 3);
    assertThat(world.enclave.evaluationClasses).containsExactly(128, 64);
    assertThat(world.transport.addresses)
        .extracting(address -> address.getPath())
        .containsExactly(
            "/base/v1/evaluation",
            "/base/v1/discovery",
            "/base/v1/evaluation",
            "/base/v1/discovery");
  }

  @Test
  void keysOfContactsThatLeftAreForgotten() throws Exception {
    world.discover(contacts(0, 10));
    world.discover(contacts(4, 10));
    assertThat(state().epochs()).hasSize(1);
    assertThat(state().epochs().get(0).keys())
        .containsOnlyKeys(contacts(4, 10).stream().map(ContactName::of).toList());
    assertThat(world.discover(contacts(0, 10)).permitsUsed()).isEqualTo(4);
  }

  @Test
  void writesNothingWhenNothingChanged() throws Exception {
    world.discover(contacts(0, 10));
    byte[] before = world.store.load().orElseThrow();
    StateStore store = world.store;
    List<byte[]> written = new ArrayList<>();
    world.store =
        new StateStore() {
          @Override
          public Optional<byte[]> load() throws IOException {
            return store.load();
          }

          @Override
          public void save(byte[] state) {
            written.add(state);
          }
        };
    world.discover(contacts(0, 10));
    assertThat(written).isEmpty();
    assertThat(store.load()).contains(before);
  }

  @Test
  void anEmptyAddressBookNeedsNoEvaluation() {
    assertThat(world.discover(List.of()).matches()).isEmpty();
    assertThat(world.enclave.evaluationCounts).isEmpty();
  }

  @Test
  void noElementIsSentTwiceButInARetry() {
    world.discover(contacts(0, 10));
    world.store = new InMemoryStateStore();
    List<byte[]> elements = new ArrayList<>();
    world.enclave.answers =
        (request, reply) -> {
          elements.add(request.elements());
          return reply;
        };
    world.discover(contacts(0, 10));
    world.store = new InMemoryStateStore();
    world.discover(contacts(0, 10));
    assertThat(elements).hasSize(2);
    for (int i = 0; i < 10; i++) {
      assertThat(Arrays.copyOfRange(elements.get(0), 32 * i, 32 * i + 32))
          .isNotEqualTo(Arrays.copyOfRange(elements.get(1), 32 * i, 32 * i + 32));
    }
  }

  @Test
  void tellsHowLongToWaitForPermitsAndGoesOnAfterwards() {
    world.enclave.permits = 50;
    world.enclave.refusedRetryAfter = 3_600;
    DiscoveryException failure = world.failure(contacts(0, 60));
    assertThat(failure.error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
    assertThat(failure.retryAfter().orElseThrow()).isGreaterThan(Duration.ofHours(18));
    assertThat(world.discover(contacts(0, 40)).permitsUsed()).isEqualTo(40);
    assertThat(world.charged()).isEqualTo(40);
  }

  @Test
  void anEvaluationLeftBehindThatIsRefusedDoesNotKeepASmallerOneFromWorkingLater() {
    world.transport.requestFailures.add(new IOException("broken by the test"));
    DiscoveryClient once = world.builder().maxAttempts(1).build();
    assertThat(World.failure(once, contacts(0, 60)).error()).isEqualTo(DiscoveryError.NETWORK);
    world.enclave.permits = 50;
    assertThat(world.failure(contacts(0, 40)).error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
    assertThat(world.discover(contacts(0, 40)).permitsUsed()).isEqualTo(40);
  }

  @Test
  void anEvaluationLeftBehindIsRepeatedForNothingAndItsUnwantedContactsForgotten()
      throws Exception {
    world.discover(contacts(0, 10));
    world.enclave.answers = (request, reply) -> new byte[5];
    assertThat(world.failure(contacts(2, 20)).error()).isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    world.enclave.answers = (request, reply) -> reply;
    assertThat(world.discover(contacts(4, 18)).permitsUsed()).isZero();
    assertThat(world.enclave.evaluationCounts).containsExactly(10, 10, 10);
    assertThat(state().epochs().get(0).keys())
        .containsOnlyKeys(contacts(4, 18).stream().map(ContactName::of).toList());
  }

  @Test
  void anEpochThatEndsBetweenOfferAndRequestIsAskedAgain() {
    EvaluatorKey second = EvaluatorKey.random(new SecureRandom());
    world.pin(2, second);
    world.registerEvery(3, 20);
    world.transport.changesToEnclave.add(
        message -> {
          world.enclave.blind(2, second);
          return message;
        });
    assertThat(world.discover(contacts(0, 20)).matches()).isEqualTo(matches(3, 0, 20));
    assertThat(world.pauses).hasSize(1);
    assertThat(world.charged()).isEqualTo(20);
  }

  @Test
  void leavingTruncatedModeLeavesNothingOfIt() throws Exception {
    World before = new World();
    before.discover(contacts(0, 10));
    world.store = before.store;
    world.discover(contacts(0, 10));
    assertThat(state().hasToken()).isFalse();
    assertThat(state().paid()).isEmpty();
    world.enclave.leaveBlindedMode();
    world.pins.clear();
    assertThat(world.discover(contacts(0, 10)).permitsUsed()).isEqualTo(10);
    assertThat(state().epochs()).isEmpty();
  }

  @Test
  void aServerThatOnlyLooksUpIsNotAskedToEvaluate() {
    world.enclave.roles.remove(DeploymentRole.EVALUATOR);
    DiscoveryException failure = world.failure(contacts(0, 10));
    assertThat(failure.error()).isEqualTo(DiscoveryError.WRONG_ROLE);
    assertThat(failure).hasMessageContaining("check the address");
    assertThat(world.transport.sent).isEmpty();
    assertThat(world.pauses).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DeploymentRole.class)
  void anEnclaveThatAnswersWhereTheOtherShouldIsToldNothing(DeploymentRole impostor) {
    world.discover(contacts(0, 10));
    world.transport.sent.clear();
    world.enclave.impostor = impostor;
    // Nothing is new for an evaluator in the lookup's place, something for a lookup in the other's.
    List<Identifier> book = contacts(0, impostor == DeploymentRole.EVALUATOR ? 10 : 12);
    DiscoveryException failure = world.failure(book);
    assertThat(failure.error()).isEqualTo(DiscoveryError.WRONG_ROLE);
    assertThat(failure).hasMessageContaining("Nothing about contacts was sent");
    assertThat(world.transport.sent).isEmpty();
  }

  /** A slow phone blinds for a minute. */
  @Test
  void theLookupGetsAFreshCredential() {
    List<String> given = new ArrayList<>();
    world
        .builder()
        .credentials(
            () -> {
              given.add("pseudonym:" + given.size() + ":code");
              return given.get(given.size() - 1);
            })
        .build()
        .discover(contacts(0, 10))
        .toCompletableFuture()
        .join();
    assertThat(world.transport.upgrades)
        .extracting(headers -> headers.get("Authorization"))
        .containsExactly("Blindbook pseudonym:1:code", "Blindbook pseudonym:2:code");
  }

  @Test
  void blindsOnceInARun() {
    List<String> stages = new ArrayList<>();
    world.transport.requestFailures.add(new IOException("broken by the test"));
    world
        .builder()
        .progress((stage, count) -> stages.add(stage + " " + count))
        .build()
        .discover(contacts(0, 5))
        .toCompletableFuture()
        .join();
    assertThat(stages)
        .containsExactly(
            "BLINDING 5", "EVALUATING 5", "EVALUATING 5", "UNBLINDING 5", "LOOKING_UP 5");
  }

  @Test
  void saysWhatItDoes() {
    List<String> stages = new ArrayList<>();
    DiscoveryProgress progress = (stage, count) -> stages.add(stage + " " + count);
    world.discover(contacts(0, 5));
    world
        .builder()
        .progress(progress)
        .build()
        .discover(contacts(0, 7))
        .toCompletableFuture()
        .join();
    assertThat(stages)
        .containsExactly("BLINDING 2", "EVALUATING 2", "UNBLINDING 2", "LOOKING_UP 7");
  }

  private static final ClientState ASKER = ClientState.empty(new byte[32], new byte[16]);

  @Test
  void repeatsAnEvaluationByteForByte() throws Exception {
    PendingEvaluation pending = new PendingEvaluation(new byte[32], contacts(0, 3));
    byte[] elements = pending.blinding(ASKER).elements();
    assertThat(new PendingEvaluation(new byte[32], contacts(0, 3)).blinding(ASKER).elements())
        .isEqualTo(elements);
    byte[] otherSeed = new byte[32];
    otherSeed[0] = 1;
    byte[] others = new PendingEvaluation(otherSeed, contacts(0, 3)).blinding(ASKER).elements();
    assertThat(Arrays.copyOf(others, 32)).isNotEqualTo(Arrays.copyOf(elements, 32));
    // A release that derived other blinds would pay again for what the one before had pending.
    assertThat(PublicKey.decode(Arrays.copyOf(elements, 32)).toString())
        .isEqualTo("946c9232844d785ff35cb4af6872e5b20f98c64397facfe28b36ecb98355cb23");
    assertThat(HexFormat.of().formatHex(pending.retryNonce(ASKER)))
        .isEqualTo("00000000000000000000000000000000" + "9a011ec2ff5cd8baa2e23ac3a09a5a42");
  }

  /** The evaluator sees the nonce: it must be of no use for finding the blinds. */
  @Test
  void whoKnowsTheRetryNonceDoesNotKnowTheBlinds() {
    PendingEvaluation pending = new PendingEvaluation(new byte[32], contacts(0, 3));
    assertThat(pending.retryNonce(ASKER)).isNotEqualTo(pending.seed());
    PendingEvaluation guessed = new PendingEvaluation(pending.retryNonce(ASKER), contacts(0, 3));
    assertThat(Arrays.copyOf(guessed.blinding(ASKER).elements(), 32))
        .isNotEqualTo(Arrays.copyOf(pending.blinding(ASKER).elements(), 32));
  }
}
