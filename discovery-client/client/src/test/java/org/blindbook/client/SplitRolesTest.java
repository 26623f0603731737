package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;

/** The evaluator is a service of its own. */
class SplitRolesTest {
  private static final URI EVALUATOR = URI.create("wss://evaluator.example.net/v1/evaluation");
  private static final URI LOOKUP = URI.create("wss://contacts.example.org/base/v1/discovery");

  private final World world = World.split();

  @Test
  void asksTheEvaluatorFirstAndOnlyForNewContacts() {
    world.registerEvery(3, 30);
    Discovery discovery = world.discover(contacts(0, 20));
    assertThat(discovery.matches()).isEqualTo(matches(3, 0, 20));
    assertThat(discovery.permitsUsed()).isEqualTo(20);
    assertThat(world.discover(contacts(0, 20)).matches()).isEqualTo(matches(3, 0, 20));
    world.discover(contacts(0, 23));
    assertThat(world.transport.addresses)
        .containsExactly(EVALUATOR, LOOKUP, LOOKUP, EVALUATOR, LOOKUP);
    assertThat(world.evaluator().evaluationCounts).containsExactly(20, 3);
    assertThat(world.enclave.charged()).isZero();
  }

  @Test
  void eachServiceGetsItsOwnCredential() {
    world.discover(contacts(0, 5));
    assertThat(world.transport.upgrades)
        .extracting(headers -> headers.get("Authorization"))
        .containsExactly("Blindbook other-pseudonym:1:code", "Blindbook pseudonym:1:code");
  }

  @Test
  void theEvaluatorIsAskedForTheEpochThatIsLookedUp() {
    world.registerEvery(3, 20);
    world.discover(contacts(0, 20));
    // The lookup service has changed to epoch 2; the evaluator has both and still prefers the
    // first.
    EvaluatorKey second = world.enclave.evaluatorKey();
    world.pin(2, second);
    world.enclave.blind(2, second);
    world.evaluator().begin(2, second);
    Discovery discovery = world.discover(contacts(0, 20));
    assertThat(discovery.matches()).isEqualTo(matches(3, 0, 20));
    assertThat(discovery.permitsUsed()).isEqualTo(20);
    assertThat(world.pauses).isEmpty();
  }

  @Test
  void anEvaluatorThatIsOfAnotherEpochThanWasAskedForIsNotUsed() {
    world.discover(contacts(0, 20));
    EvaluatorKey second = EvaluatorKey.random(new SecureRandom());
    world.begin(2, second);
    world.enclave.switchTo(2);
    world.transport.ignoresEpochs = true;
    assertThat(world.failure(contacts(0, 20)).error()).isEqualTo(DiscoveryError.WRONG_EPOCH);
    assertThat(world.evaluated()).isEqualTo(Map.of(1, 20));
  }

  @Test
  void whatWasEvaluatedIsKeptThoughTheLookupFails() {
    world.evaluator().answers =
        (request, reply) -> {
          world.transport.refusals.add(new IOException("broken by the test"));
          return reply;
        };
    DiscoveryClient once = world.builder().maxAttempts(1).build();
    assertThat(World.failure(once, contacts(0, 20)).error()).isEqualTo(DiscoveryError.NETWORK);
    world.discover(contacts(0, 20));
    assertThat(world.evaluator().evaluationCounts).containsExactly(20);
  }

  @Test
  void theEvaluatorsCollateralIsRememberedToo() throws Exception {
    world.evaluator().collateral = new byte[] {1, 2, 3};
    world.discover(contacts(0, 20));
    world.discover(contacts(0, 23));
    String ofLookup = HexFormat.of().formatHex(Sha256.of(FakeEnclave.COLLATERAL));
    String ofEvaluator = HexFormat.of().formatHex(Sha256.of(world.evaluator().collateral));
    assertThat(world.transport.upgrades)
        .extracting(headers -> headers.get("Blindbook-Collateral"))
        .containsExactly(null, null, ofEvaluator, ofLookup);
    ClientState state = StateFormat.decode(world.store.load().orElseThrow());
    assertThat(state.evaluatorCollateral()).isEqualTo(world.evaluator().collateral);
    assertThat(state.withoutEpochs().evaluatorCollateral()).isEmpty();
  }

  @Test
  void servicesWhoseEpochsDoNotMeetAreTriedAgainAndGivenUp() {
    EvaluatorKey second = EvaluatorKey.random(new SecureRandom());
    world.pin(2, second);
    world.enclave.blind(2, second);
    assertThat(world.failure(contacts(0, 20)).error()).isEqualTo(DiscoveryError.WRONG_EPOCH);
    assertThat(world.pauses).hasSize(Retries.DEFAULT.attempts() - 1);
    assertThat(world.charged()).isEqualTo(20);
  }

  @Test
  void anEvaluatorWithAKeyForThisUserOnlyIsNoticed() {
    EvaluatorKey own = EvaluatorKey.random(new SecureRandom());
    world.evaluator().blind(1, own);
    assertThat(world.failure(contacts(0, 20)).error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(world.transport.sent).isEmpty();
  }

  @Test
  void aServiceInTruncatedModeIsRefusedThoughThePolicyNamesNoKey() {
    FakeEnclave truncated = new FakeEnclave();
    world.transport.offers = nonce -> truncated.offer(nonce).encode();
    DiscoveryClient client = world.builder().verifier(FakeEnclave.verifier()).build();
    DiscoveryException failure = World.failure(client, contacts(0, 20));
    assertThat(failure.error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(failure).hasMessageContaining("without the evaluator");
  }

  @Test
  void addressesThatWereExchangedAreNoticed() {
    FakeEnclave lookup = world.enclave;
    world.transport.evaluator = lookup;
    DiscoveryException failure = world.failure(contacts(0, 20));
    assertThat(failure.error()).isEqualTo(DiscoveryError.WRONG_ROLE);
    assertThat(failure).hasMessageStartingWith("Nobody evaluates at the evaluator's address");
    assertThat(world.transport.sent).isEmpty();
  }

  @Test
  void aServiceThatDoesNotLookUpIsNoticed() {
    world.enclave.roles.clear();
    DiscoveryException failure = world.failure(contacts(0, 20));
    assertThat(failure.error()).isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    assertThat(failure).hasMessageContaining("404").hasMessageEndingWith("check the address.");
  }

  @Test
  void aServiceThatDoesBothMayBeAskedToLookUpOnly() {
    world.enclave.roles.add(DeploymentRole.EVALUATOR);
    world.registerEvery(3, 20);
    assertThat(world.discover(contacts(0, 20)).matches()).isEqualTo(matches(3, 0, 20));
    assertThat(world.enclave.charged()).isZero();
  }

  /** Once it looped: nothing was missing that anybody could have evaluated. */
  @Test
  void anEvaluatorWhoseKeyItsPolicyDoesNotNameIsRefused() {
    DiscoveryClient client =
        world
            .builder()
            .evaluator(
                URI.create("https://evaluator.example.net"),
                FakeEnclave.verifier(),
                () -> world.evaluatorCredential)
            .build();
    DiscoveryException failure = World.failure(client, contacts(0, 20));
    assertThat(failure.error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(failure).hasMessageContaining("add oprfKeys");
    assertThat(world.transport.sent).isEmpty();
  }
}
