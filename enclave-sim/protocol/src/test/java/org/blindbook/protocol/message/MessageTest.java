package org.blindbook.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void sizeClassesArePowersOfTwoFrom64To32768() {
    assertThat(SizeClass.holding(0)).contains(64);
    assertThat(SizeClass.holding(64)).contains(64);
    assertThat(SizeClass.holding(65)).contains(128);
    assertThat(SizeClass.holding(300)).isEqualTo(SizeClass.holding(500)).contains(512);
    assertThat(SizeClass.holding(32_768)).contains(32_768);
    assertThat(SizeClass.holding(32_769)).isEmpty();
    assertThat(SizeClass.holding(-1)).isEmpty();
    for (int n = 0; n <= SizeClass.LARGEST; n += 7) {
      int held = SizeClass.holding(n).orElseThrow();
      assertThat(SizeClass.isSizeClass(held)).isTrue();
      assertThat(held).isGreaterThanOrEqualTo(n);
    }
  }

  @Test
  void requestSurvivesTheWire() throws Exception {
    DiscoveryRequest request = DiscoveryRequest.create(128, 7, filled(32, 1), filled(64, 2));
    request.set(0, 3, 4, EntryKind.NEW);
    request.set(127, -5, 6, EntryKind.DISCARD);
    DiscoveryRequest read = DiscoveryRequest.decode(request.encoded().clone());
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
    assertThat(read.encoded()).containsOnly(0);
  }

  @Test
  void malformedRequestsAreRefusedAndNothingElseIsThrown() {
    byte[] good = DiscoveryRequest.create(64, 0, new byte[32], new byte[0]).encoded();
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
        DiscoveryRequest.decode(bytes);
        TokenReply.decode(bytes);
        Results.decode(bytes, 64);
        EvaluationRequest.decode(bytes);
        Offer.decode(bytes);
        Claims.decode(bytes);
      } catch (MalformedMessageException expected) {
        assertThat(expected.getStackTrace()).isEmpty();
      }
    }
  }

  @Test
  void evaluationSurvivesTheWire() throws Exception {
    byte[] elements = filled(64 * 32, 3);
    EvaluationRequest request = EvaluationRequest.create(9, 5, filled(32, 1), elements);
    assertThat(EvaluationRequest.is(request.encoded())).isTrue();
    assertThat(
            EvaluationRequest.is(
                DiscoveryRequest.create(64, 9, filled(32, 1), new byte[0]).encoded()))
        .isFalse();
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

    EvaluationReply reply = EvaluationReply.create(9, elements, filled(64, 4));
    EvaluationReply received = EvaluationReply.decode(reply.encoded(), 64, 9);
    assertThat(received.elements()).isEqualTo(elements);
    assertThat(received.proof()).isEqualTo(filled(64, 4));
    assertThatThrownBy(() -> EvaluationReply.decode(reply.encoded(), 64, 8))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> EvaluationReply.decode(reply.encoded(), 128, 9))
        .isInstanceOf(MalformedMessageException.class);
    assertThat(TokenReply.evaluationGranted(5).encode()).hasSize(TokenReply.BYTES);
  }

  @Test
  void claimsOfABlindedDeploymentNameRoleEpochAndKey() throws Exception {
    for (DeploymentRole role : DeploymentRole.values()) {
      Claims claims =
          Claims.blinded(role, 3, filled(32, 7), filled(32, 1), 1234, filled(32, 2), filled(32, 3))
              .withNonce(filled(32, 4));
      Claims read = Claims.decode(claims.encode());
      assertThat(read.mode()).isEqualTo(DiscoveryMode.BLINDED);
      assertThat(read.role()).contains(role);
      assertThat(read.epoch()).isEqualTo(3);
      assertThat(read.oprfPublicKey()).isEqualTo(filled(32, 7));
      assertThat(read.nonce()).isPresent();
      assertThat(read.channelKey()).isEqualTo(filled(32, 1));
    }
    Claims truncated = Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3));
    assertThat(truncated.role()).isEmpty();
    for (int at : new int[] {3, 7, 144}) {
      byte[] bad = truncated.encode();
      bad[at] ^= 2;
      assertThatThrownBy(() -> Claims.decode(bad)).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void tokenReplyAndResultsSurviveTheWire() throws Exception {
    TokenReply granted = TokenReply.decode(TokenReply.granted(12, filled(64, 9)).encode());
    assertThat(granted.granted()).isTrue();
    assertThat(granted.charged()).isEqualTo(12);
    assertThat(granted.token()).isEqualTo(filled(64, 9));
    TokenReply refused = TokenReply.decode(TokenReply.refused(77).encode());
    assertThat(refused.granted()).isFalse();
    assertThat(refused.retryAfterSeconds()).isEqualTo(77);
    assertThat(granted.encode()).hasSameSizeAs(refused.encode());

    UUID account = new UUID(5, 6);
    Results results = Results.create(64);
    results.set(3, 5, 6);
    Results read = Results.decode(results.encoded(), 64);
    assertThat(read.account(3)).contains(account);
    assertThat(read.account(4)).isEmpty();
    assertThatThrownBy(() -> Results.decode(results.encoded(), 128))
        .isInstanceOf(MalformedMessageException.class);
    Acknowledgement.check(Acknowledgement.encode());
    assertThatThrownBy(() -> Acknowledgement.check(new byte[16]))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void claimsAndOfferSurviveTheWire() throws Exception {
    Claims claims =
        Claims.truncated(filled(32, 1), 1234, filled(32, 2), filled(32, 3))
            .withNonce(filled(32, 4));
    Claims read = Claims.decode(claims.encode());
    assertThat(read).isEqualTo(claims);
    assertThat(read.mode()).isEqualTo(DiscoveryMode.TRUNCATED);
    assertThat(read.keyExpirySeconds()).isEqualTo(1234);
    assertThat(read.channelKey()).isEqualTo(filled(32, 1));
    assertThat(read.settingsDigest()).isEqualTo(filled(32, 2));
    assertThat(read.runtimeDigest()).isEqualTo(filled(32, 3));
    assertThat(read.nonce().orElseThrow()).isEqualTo(filled(32, 4));

    Offer offer = new Offer(claims.encode(), filled(10, 5), filled(20, 6));
    Offer whole = Offer.decode(offer.encode());
    assertThat(whole.evidence()).isEqualTo(filled(10, 5));
    assertThat(whole.collateral()).isEqualTo(filled(20, 6));
    Offer light = Offer.decode(offer.withoutCollateralHeldBy(offer.collateralDigest()).encode());
    assertThat(light.collateral()).isEmpty();
    assertThat(light.collateralDigest()).isEqualTo(offer.collateralDigest());
    assertThat(offer.withoutCollateralHeldBy(new byte[32]).collateral()).isNotEmpty();
  }

  @Test
  void nothingSecretIsPrinted() {
    DiscoveryRequest request = DiscoveryRequest.create(64, 0, filled(32, 0x55), filled(64, 0x55));
    assertThat(request.toString()).isEqualTo("DiscoveryRequest[capacity=64]");
    assertThat(TokenReply.granted(3, filled(64, 1)).toString()).doesNotContain("3");
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
