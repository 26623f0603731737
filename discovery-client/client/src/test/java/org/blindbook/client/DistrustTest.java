package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server gets that does not prove what it is: nothing about contacts. */
class DistrustTest {
  private final World world = new World();

  private static UnaryOperator<byte[]> flip(int index) {
    return bytes -> {
      byte[] changed = bytes.clone();
      changed[Math.floorMod(index, changed.length)] ^= 1;
      return changed;
    };
  }

  private void assertNothingSent(DiscoveryError expected) {
    DiscoveryException failure = world.failure(contacts(0, 500));
    assertThat(failure.error()).isEqualTo(expected);
    assertThat(world.transport.sent).isEmpty();
    assertThat(world.transport.open).isZero();
    assertThat(world.pauses).isEmpty();
  }

  @Test
  void anAnswerToAnotherNonceIsNotFresh() {
    world.transport.offers = nonce -> world.enclave.offer(new byte[32]).encode();
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void claimsWithoutANonceAreNotFresh() {
    world.transport.offers =
        nonce -> world.enclave.offer(world.enclave.claimsWithoutNonce()).encode();
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void anExpiredKeyIsNotUsed() {
    world.enclave.keyExpiry = FakeEnclave.NOW;
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void claimsThatTheEvidenceDoesNotBindAreRefused() {
    world.transport.offers =
        nonce -> {
          Offer genuine = world.enclave.offer(nonce);
          Claims attackersKey = new FakeEnclave().claims(nonce);
          return new Offer(attackersKey, new byte[0], genuine.evidence(), genuine.collateral())
              .encode();
        };
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void settingsThatTheHostShowsAreForThePolicyToJudge() {
    world.transport.offers =
        nonce -> {
          byte[] genuine = world.enclave.offer(nonce).encode();
          try {
            return ReceivedOffer.decode(genuine).withSettings("others".getBytes()).encode();
          } catch (MalformedMessageException e) {
            throw new AssertionError(e);
          }
        };
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void anEvaluatorWhoseKeyNoPolicyNamesIsRefused() {
    world.enclave.blind(1, EvaluatorKey.random(new SecureRandom()));
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void anEvaluatorWithAnotherKeyOrEpochThanThePolicyNamesIsRefused() {
    EvaluatorKey key = EvaluatorKey.random(new SecureRandom());
    world.pin(1, key);
    world.enclave.blind(2, key);
    world.transport.ignoresEpochs = true;
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
    world.enclave.blind(1, EvaluatorKey.random(new SecureRandom()));
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  @Test
  void truncatedModeIsRefusedWhereThePolicyNamesAnEvaluator() {
    world.pin(1, EvaluatorKey.random(new SecureRandom()));
    // Its host has no enclave that evaluates.
    assertNothingSent(DiscoveryError.WRONG_ROLE);
    // A host that lets the other one answer, whatever the client connects for.
    world.enclave.impostor = DeploymentRole.LOOKUP;
    assertNothingSent(DiscoveryError.UNTRUSTED_SERVER);
  }

  static Stream<Integer> bytesOfAnOffer() {
    byte[] offer = new FakeEnclave().offer(new byte[32]).encode();
    return IntStream.range(0, offer.length).boxed();
  }

  @ParameterizedTest
  @MethodSource("bytesOfAnOffer")
  void anyChangedByteOfAnOfferIsNoticed(int index) {
    world.transport.offers = nonce -> flip(index).apply(world.enclave.offer(nonce).encode());
    DiscoveryException failure = world.failure(contacts(0, 500));
    assertThat(failure.error())
        .isIn(DiscoveryError.UNTRUSTED_SERVER, DiscoveryError.PROTOCOL_VIOLATION);
    assertThat(world.transport.sent).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 47, 200})
  void aCutOfferIsNoticed(int length) {
    world.transport.offers = nonce -> Arrays.copyOf(world.enclave.offer(nonce).encode(), length);
    assertNothingSent(DiscoveryError.PROTOCOL_VIOLATION);
  }

  @Test
  void collateralThatIsMissingIsNotReplacedByNothing() {
    world.transport.offers =
        nonce -> {
          byte[] genuine = world.enclave.offer(nonce).encode();
          byte[] without = Arrays.copyOf(genuine, genuine.length - FakeEnclave.COLLATERAL.length);
          ByteBuffer.wrap(without).putInt(Offer.COLLATERAL_LENGTH_AT, 0);
          return without;
        };
    assertNothingSent(DiscoveryError.PROTOCOL_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 900, 1615, 1616, 1631})
  void aServerWithoutTheAttestedKeyGetsTheFirstHandshakeMessageOnly(int index) {
    world.transport.changes.add(flip(index));
    DiscoveryException failure = world.failure(contacts(0, 500));
    assertThat(failure.error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(world.transport.sent).hasSize(1);
    assertThat(world.transport.sent.get(0)).hasSize(Handshake.MESSAGE_BYTES);
    assertThat(world.transport.open).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aChangedMessageOfTheEnclaveEndsTheExchange(int answer) {
    world.registerEvery(1, 500);
    world.transport.changes.add(UnaryOperator.identity());
    for (int i = 0; i < answer; i++) {
      world.transport.changes.add(UnaryOperator.identity());
    }
    world.transport.changes.add(flip(-1));
    assertThat(world.failure(contacts(0, 500)).error())
        .isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    assertThat(world.discover(contacts(0, 500)).matches()).hasSize(500);
    assertThat(world.enclave.charged()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aChangedMessageOfTheClientEndsTheExchange(int message) {
    for (int i = 0; i < message; i++) {
      world.transport.changesToEnclave.add(UnaryOperator.identity());
    }
    world.transport.changesToEnclave.add(flip(7));
    assertThat(world.failure(contacts(0, 500)).error())
        .isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    world.discover(contacts(0, 500));
    assertThat(world.enclave.charged()).isEqualTo(500);
  }

  @Test
  void aReplayedAnswerIsNotTakenForTheNextOne() {
    byte[][] tokenReply = new byte[1][];
    world.transport.changes.add(UnaryOperator.identity());
    world.transport.changes.add(
        bytes -> {
          tokenReply[0] = bytes;
          return bytes;
        });
    world.transport.changes.add(bytes -> tokenReply[0]);
    assertThat(world.failure(contacts(0, 500)).error())
        .isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
  }
}
