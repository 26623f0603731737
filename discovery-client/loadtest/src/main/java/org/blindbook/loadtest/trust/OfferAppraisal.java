package org.blindbook.loadtest.trust;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.attestation.Binding;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * Decides whether a client goes on after an offer. Safe for use by several threads.
 *
 * <p>Verifying evidence takes as much processor time as all the rest of a client's work or more,
 * and the generator often runs beside the server. So by default the evidence of the first offer is
 * verified, and an offer that differs from a verified one in nothing but nonce and evidence is
 * believed: the handshake then succeeds only if the server holds the channel key that was verified.
 * A client may not save that, because it alone would know whether the evidence is fresh.
 */
public final class OfferAppraisal {
  /** Channel keys live for minutes, so those of an hour are few. */
  private static final int MAX_REMEMBERED = 1_000;

  /** Which offers have their evidence verified. */
  public enum Extent {
    /** Those that are new in something else than nonce and evidence. */
    FIRST,
    EACH
  }

  private final EvidenceJudge judge;
  private final Extent extent;
  private final InstantSource clock;
  private final Set<ByteBuffer> verified = ConcurrentHashMap.newKeySet();

  public OfferAppraisal(EvidenceJudge judge, Extent extent, InstantSource clock) {
    this.judge = judge;
    this.extent = extent;
    this.clock = clock;
  }

  /** The claims of an offer that may be believed at once; empty for one to be verified. */
  public Optional<ReceivedClaims> believe(ReceivedOffer offer, byte[] nonce)
      throws MalformedMessageException, UntrustedException {
    if (extent == Extent.EACH || !verified.contains(name(offer))) {
      return Optional.empty();
    }
    return Optional.of(answering(nonce, ReceivedClaims.decode(offer.claims())));
  }

  /** Verifies the evidence, which takes some milliseconds of processor time. */
  public ReceivedClaims verify(ReceivedOffer offer, byte[] nonce)
      throws MalformedMessageException, UntrustedException {
    ReceivedClaims claims = answering(nonce, ReceivedClaims.decode(offer.claims()));
    if (claims.mode() != DiscoveryMode.TRUNCATED) {
      throw new UntrustedException(
          "The server works in mode blinded, which this load test does not speak.");
    }
    if (!MessageDigest.isEqual(DigestUtils.sha256(offer.collateral()), offer.collateralDigest())) {
      throw new UntrustedException("The server's collateral is not the one it names.");
    }
    judge.judge(
        offer.evidence(), offer.collateral(), binding(claims, offer.settings()), clock.instant());
    if (verified.size() < MAX_REMEMBERED) {
      verified.add(name(offer));
    }
    return claims;
  }

  private ReceivedClaims answering(byte[] nonce, ReceivedClaims claims) throws UntrustedException {
    Instant now = clock.instant();
    if (!MessageDigest.isEqual(claims.nonce().orElse(new byte[0]), nonce)) {
      throw new UntrustedException("The server's evidence was not made for this connection.");
    }
    if (claims.keyExpirySeconds() <= now.getEpochSecond()) {
      throw new UntrustedException("The enclave's channel key has expired.");
    }
    return claims;
  }

  private static Binding binding(ReceivedClaims claims, byte[] settings) {
    Binding binding =
        Binding.to(claims.reportData())
            .withRuntime(claims.runtimeDigest())
            .withSettings(claims.settingsDigest());
    return settings.length > 0 ? binding.withSettingsText(settings) : binding;
  }

  /** All of the claims but the nonce, and the collateral's digest. */
  private static ByteBuffer name(ReceivedOffer offer) throws MalformedMessageException {
    byte[] claims = ReceivedClaims.decode(offer.claims()).encode();
    Arrays.fill(claims, Claims.NONCE_AT, Claims.OPRF_KEY_AT, (byte) 0);
    return ByteBuffer.allocate(claims.length + Claims.DIGEST_BYTES)
        .put(claims)
        .put(offer.collateralDigest())
        .flip();
  }
}
