package org.blindbook.edge.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.message.TokenReply;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void sizeClassesArePowersOfTwoFrom64To32768() {
    assertThat(SizeClasses.holding(0)).contains(64);
    assertThat(SizeClasses.holding(64)).contains(64);
    assertThat(SizeClasses.holding(65)).contains(128);
    assertThat(SizeClasses.holding(300)).isEqualTo(SizeClasses.holding(500)).contains(512);
    assertThat(SizeClasses.holding(32_768)).contains(32_768);
    assertThat(SizeClasses.holding(32_769)).isEmpty();
    assertThat(SizeClasses.holding(-1)).isEmpty();
    for (int n = 0; n <= SizeClass.LARGEST; n += 7) {
      int held = SizeClasses.holding(n).orElseThrow();
      assertThat(SizeClass.isSizeClass(held)).isTrue();
      assertThat(held).isGreaterThanOrEqualTo(n);
    }
  }

  @Test
  void requestSurvivesTheWire() throws Exception {
    DiscoveryRequestWriter request =
        new DiscoveryRequestWriter(128, 7, filled(32, 1), filled(64, 2));
    request.set(0, 3, 4, EntryKind.NEW);
    request.set(127, -5, 6, EntryKind.DISCARD);
    byte[] encoded = request.encoded().clone();
    DiscoveryRequest read = DiscoveryRequest.decode(encoded);
    assertThat(read.capacity()).isEqualTo(128);
    assertThat(read.epoch()).isEqualTo(7);
    assertThat(read.retryNonce()).isEqualTo(filled(32, 1));
    assertThat(read.token()).isEqualTo(filled(64, 2));
    assertThat(read.keyHi(127)).isEqualTo(-5);
    assertThat(read.keyLo(127)).isEqualTo(6);
    assertThat(read.kind(0)).isEqualTo(EntryKind.NEW.wire());
    assertThat(read.kind(1)).isEqualTo(EntryKind.EMPTY.wire());
    assertThat(read.kind(127)).isEqualTo(EntryKind.DISCARD.wire());
    read.wipe();
    assertThat(encoded).containsOnly(0);
  }

  @Test
  void malformedRequestsAreRefusedAndNothingElseIsThrown() {
    byte[] good = new DiscoveryRequestWriter(64, 0, new byte[32], new byte[0]).encoded();
    byte[] kind = good.clone();
    kind[kind.length - 1] = 4;
    byte[] capacity = good.clone();
    capacity[7] = 65;
    for (byte[] bad : new byte[][] {{}, {1}, filled(good.length, 0xff), kind, capacity}) {
      assertThatThrownBy(() -> DiscoveryRequest.decode(bad))
          .isInstanceOf(MalformedMessageException.class);
    }
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(2 * good.length)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length > 8) {
        System.arraycopy(good, 0, bytes, 0, 8);
      }
      try {
        switch (random.nextInt(7)) {
          case 0 -> DiscoveryRequest.decode(bytes);
          case 1 -> ReceivedTokenReply.decode(bytes);
          case 2 -> ReceivedResults.decode(bytes, 64);
          case 3 -> EvaluationRequest.decode(bytes);
          case 4 -> ReceivedOffer.decode(bytes);
          case 5 -> ReceivedEvaluation.decode(bytes, 64, 1);
          default -> ReceivedClaims.decode(bytes);
        }
      } catch (MalformedMessageException expected) {
        assertThat(expected.getStackTrace()).isEmpty();
      }
    }
  }

  @Test
  void evaluationSurvivesTheWire() throws Exception {
    byte[] elements = filled(64 * 32, 3);
    EvaluationRequestWriter request = new EvaluationRequestWriter(9, 5, filled(32, 1), elements);
    EvaluationRequest read = EvaluationRequest.decode(request.encoded().clone());
    assertThat(read.epoch()).isEqualTo(9);
    assertThat(read.count()).isEqualTo(5);
    assertThat(read.capacity()).isEqualTo(64);
    assertThat(read.retryNonce()).isEqualTo(filled(32, 1));
    assertThat(read.elements()).isEqualTo(elements);
    for (int count : new int[] {-1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      byte[] bad = request.encoded().clone();
      java.nio.ByteBuffer.wrap(bad).putInt(12, count);
      assertThatThrownBy(() -> EvaluationRequest.decode(bad))
          .isInstanceOf(MalformedMessageException.class);
    }
    read.wipe();
    assertThat(read.encoded()).containsOnly(0);

    byte[] reply = EvaluationReply.encode(9, elements, filled(64, 4));
    ReceivedEvaluation received = ReceivedEvaluation.decode(reply, 64, 9);
    assertThat(received.elements()).isEqualTo(elements);
    assertThat(received.proof()).isEqualTo(filled(64, 4));
    assertThatThrownBy(() -> ReceivedEvaluation.decode(reply, 64, 8))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> ReceivedEvaluation.decode(reply, 128, 9))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void claimsOfABlindedDeploymentNameRoleEpochAndKey() throws Exception {
    for (DeploymentRole role : DeploymentRole.values()) {
      Claims claims =
          Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3))
              .of(new Claims.Blinded(role, 3, filled(32, 7)))
              .withNonce(filled(32, 4));
      ReceivedClaims read = ReceivedClaims.decode(claims.encode());
      assertThat(read.mode()).isEqualTo(DiscoveryMode.BLINDED);
      assertThat(read.role()).contains(role);
      assertThat(read.epoch()).isEqualTo(3);
      assertThat(read.oprfPublicKey()).isEqualTo(filled(32, 7));
      assertThat(read.nonce()).isPresent();
      assertThat(read.channelKey()).isEqualTo(filled(32, 1));
    }
    Claims truncated = Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3));
    assertThat(ReceivedClaims.decode(truncated.encode()).role()).isEmpty();
    byte[] both = truncated.of(new Claims.Blinded(DeploymentRole.LOOKUP, 1, new byte[32])).encode();
    both[3] |= 6;
    assertThatThrownBy(() -> ReceivedClaims.decode(both))
        .as("no enclave has both roles")
        .isInstanceOf(MalformedMessageException.class);
    for (int at : new int[] {3, 7, 144}) {
      byte[] bad = truncated.encode();
      bad[at] ^= 2;
      assertThatThrownBy(() -> ReceivedClaims.decode(bad))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void tokenReplyAndResultsSurviveTheWire() throws Exception {
    ReceivedTokenReply granted =
        ReceivedTokenReply.decode(TokenReply.encode(TokenReply.GRANTED, 12, 0, filled(64, 9)));
    assertThat(granted.granted()).isTrue();
    assertThat(granted.charged()).isEqualTo(12);
    assertThat(granted.token()).isEqualTo(filled(64, 9));
    ReceivedTokenReply refused =
        ReceivedTokenReply.decode(TokenReply.encode(TokenReply.REFUSED, 0, 77, new byte[0]));
    assertThat(refused.granted()).isFalse();
    assertThat(refused.retryAfterSeconds()).isEqualTo(77);
    ReceivedTokenReply invalid =
        ReceivedTokenReply.decode(TokenReply.encode(TokenReply.INVALID_TOKEN, 0, 0, new byte[0]));
    assertThat(invalid.outcome()).isEqualTo(ReceivedTokenReply.Outcome.INVALID_TOKEN);

    UUID account = new UUID(5, 6);
    Results results = new Results(64);
    results.set(3, 5, 6);
    ReceivedResults read = ReceivedResults.decode(results.encoded(), 64);
    assertThat(read.account(3)).contains(account);
    assertThat(read.account(4)).isEmpty();
    assertThatThrownBy(() -> ReceivedResults.decode(results.encoded(), 128))
        .isInstanceOf(MalformedMessageException.class);
    Acknowledgement.check(AcknowledgementWriter.encode());
    assertThatThrownBy(() -> Acknowledgement.check(new byte[16]))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void claimsAndOfferSurviveTheWire() throws Exception {
    Claims claims =
        Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3))
            .withNonce(filled(32, 4));
    ReceivedClaims read = ReceivedClaims.decode(claims.encode());
    assertThat(read.digest()).isEqualTo(claims.digest());
    assertThat(read.mode()).isEqualTo(DiscoveryMode.TRUNCATED);
    assertThat(read.keyExpirySeconds()).isEqualTo(1234);
    assertThat(read.channelKey()).isEqualTo(filled(32, 1));
    assertThat(read.settingsDigest()).isEqualTo(filled(32, 2));
    assertThat(read.runtimeDigest()).isEqualTo(filled(32, 3));
    assertThat(read.nonce().orElseThrow()).isEqualTo(filled(32, 4));

    Offer offer = new Offer(claims, new byte[0], filled(10, 5), filled(20, 6));
    ReceivedOffer whole = ReceivedOffer.decode(offer.encode());
    assertThat(whole.claims()).isEqualTo(claims.encode());
    assertThat(whole.evidence()).isEqualTo(filled(10, 5));
    assertThat(whole.collateral()).isEqualTo(filled(20, 6));
    ReceivedOffer light =
        ReceivedOffer.decode(whole.withoutCollateralHeldBy(whole.collateralDigest()).encode());
    assertThat(light.collateral()).isEmpty();
    assertThat(light.collateralDigest()).isEqualTo(whole.collateralDigest());
    assertThat(whole.withoutCollateralHeldBy(new byte[32]).collateral()).isNotEmpty();
  }

  @Test
  void theHostShowsTheSettingsBehindWhatTheEnclaveWrote() throws Exception {
    Claims claims = Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3));
    ReceivedOffer plain =
        ReceivedOffer.decode(new Offer(claims, new byte[0], filled(10, 5), filled(20, 6)).encode());
    assertThat(plain.settings()).isEmpty();
    byte[] longest = filled(ReceivedOffer.MAX_SETTINGS_BYTES, 7);
    ReceivedOffer shown = ReceivedOffer.decode(plain.withSettings(longest).encode());
    assertThat(shown.settings()).isEqualTo(longest);
    assertThat(shown.claims()).isEqualTo(claims.encode());
    assertThat(shown.evidence()).isEqualTo(filled(10, 5));
    assertThat(shown.collateral()).isEqualTo(filled(20, 6));
    assertThat(shown.withSettings(new byte[0]).encode()).isEqualTo(plain.encode());
    ReceivedOffer light =
        ReceivedOffer.decode(shown.withoutCollateralHeldBy(shown.collateralDigest()).encode());
    assertThat(light.collateral()).isEmpty();
    assertThat(light.settings()).isEqualTo(longest);
    assertThatThrownBy(() -> plain.withSettings(new byte[longest.length + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] cut = Arrays.copyOf(shown.encode(), shown.encode().length - 1);
    assertThatThrownBy(() -> ReceivedOffer.decode(cut))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void nothingSecretIsPrinted() {
    DiscoveryRequestWriter request =
        new DiscoveryRequestWriter(64, 0, filled(32, 0x55), filled(64, 0x55));
    assertThat(request.toString()).isEqualTo("DiscoveryRequestWriter[capacity=64]");
    assertThat(
            new ReceivedTokenReply(ReceivedTokenReply.Outcome.GRANTED, 3, 0, filled(64, 1))
                .toString())
        .doesNotContain("3");
  }

  @Test
  void closeCodesCarryAWaitingTime() {
    assertThat(CloseCode.retryAfterSeconds(CloseCode.retryAfterReason(12))).isEqualTo(12);
    assertThat(CloseCode.retryAfterSeconds("x")).isZero();
    assertThat(CloseCode.retryAfterSeconds("retry-after=x")).isZero();
    assertThat(CloseCode.of(4503)).contains(CloseCode.OVERLOADED);
    assertThat(CloseCode.of(1)).isEmpty();
  }
}
