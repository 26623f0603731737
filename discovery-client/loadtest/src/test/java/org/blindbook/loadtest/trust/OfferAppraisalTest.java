package org.blindbook.loadtest.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.Test;

class OfferAppraisalTest {
  private static final long NOW = 1_800_000_000;
  private static final byte[] NONCE = filled(1);
  private static final byte[] OTHER_NONCE = filled(2);

  private final AtomicInteger judged = new AtomicInteger();
  private final EvidenceJudge judge =
      (evidence, collateral, binding, now) -> {
        judged.incrementAndGet();
        if (evidence[0] != 'g') {
          throw new UntrustedException("Not genuine.");
        }
      };

  private OfferAppraisal appraisal(OfferAppraisal.Extent extent) {
    return new OfferAppraisal(judge, extent, InstantSource.fixed(Instant.ofEpochSecond(NOW)));
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Claims claims(int key) {
    return Claims.truncated(filled(key), NOW + 10, filled(8), filled(9));
  }

  private static ReceivedOffer offer(Claims claims, String evidence, int collateral)
      throws Exception {
    return ReceivedOffer.decode(
        new Offer(claims, new byte[0], evidence.getBytes(), filled(collateral)).encode());
  }

  @Test
  void theFirstOfAChannelKeyIsVerifiedAndOthersAreCompared() throws Exception {
    OfferAppraisal appraisal = appraisal(OfferAppraisal.Extent.FIRST);
    ReceivedOffer first = offer(claims(3).withNonce(NONCE), "genuine", 4);
    assertThat(appraisal.believe(first, NONCE)).isEmpty();
    appraisal.verify(first, NONCE);
    ReceivedOffer second = offer(claims(3).withNonce(OTHER_NONCE), "another", 4);
    assertThat(appraisal.believe(second, OTHER_NONCE)).isPresent();
    assertThat(judged).hasValue(1);
    assertThat(appraisal.believe(offer(claims(5).withNonce(NONCE), "genuine", 4), NONCE))
        .as("another channel key")
        .isEmpty();
    assertThat(appraisal.believe(offer(claims(3).withNonce(NONCE), "genuine", 7), NONCE))
        .as("other collateral")
        .isEmpty();
  }

  @Test
  void whatWasNotGenuineIsNotRemembered() throws Exception {
    OfferAppraisal appraisal = appraisal(OfferAppraisal.Extent.FIRST);
    ReceivedOffer forged = offer(claims(3).withNonce(NONCE), "forged", 4);
    assertThatThrownBy(() -> appraisal.verify(forged, NONCE))
        .isInstanceOf(UntrustedException.class);
    assertThat(appraisal.believe(forged, NONCE)).isEmpty();
  }

  @Test
  void eachMeansEach() throws Exception {
    OfferAppraisal appraisal = appraisal(OfferAppraisal.Extent.EACH);
    ReceivedOffer offer = offer(claims(3).withNonce(NONCE), "genuine", 4);
    appraisal.verify(offer, NONCE);
    assertThat(appraisal.believe(offer, NONCE)).isEmpty();
  }

  @Test
  void anotherClientsOfferIsNoAnswer() throws Exception {
    OfferAppraisal appraisal = appraisal(OfferAppraisal.Extent.FIRST);
    ReceivedOffer offer = offer(claims(3).withNonce(NONCE), "genuine", 4);
    assertThatThrownBy(() -> appraisal.verify(offer, OTHER_NONCE))
        .hasMessageContaining("not made for this connection");
    appraisal.verify(offer, NONCE);
    assertThatThrownBy(() -> appraisal.believe(offer, OTHER_NONCE))
        .hasMessageContaining("not made for this connection");
  }

  @Test
  void anExpiredKeyAnotherModeAndOtherCollateralAreRefused() throws Exception {
    OfferAppraisal appraisal = appraisal(OfferAppraisal.Extent.FIRST);
    Claims expired = Claims.truncated(filled(3), NOW, filled(8), filled(9)).withNonce(NONCE);
    assertThatThrownBy(() -> appraisal.verify(offer(expired, "genuine", 4), NONCE))
        .hasMessageContaining("expired");
    Claims blinded =
        claims(3).of(new Claims.Blinded(DeploymentRole.LOOKUP, 1, filled(7))).withNonce(NONCE);
    assertThatThrownBy(() -> appraisal.verify(offer(blinded, "genuine", 4), NONCE))
        .hasMessageContaining("mode blinded");
    byte[] encoded = offer(claims(3).withNonce(NONCE), "genuine", 4).encode();
    ByteBuffer.wrap(encoded).put(Offer.COLLATERAL_DIGEST_AT, Sha256.of(new byte[0]));
    assertThatThrownBy(() -> appraisal.verify(ReceivedOffer.decode(encoded), NONCE))
        .hasMessageContaining("collateral");
    assertThat(judged).hasValue(0);
  }
}
