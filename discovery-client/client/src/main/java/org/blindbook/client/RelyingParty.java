package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNTRUSTED_SERVER;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import org.blindbook.attestation.Binding;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/**
 * Decides whether the client talks to an enclave. Every connection is decided anew: its evidence
 * answers a nonce of its own, so there is no earlier verdict to reuse.
 */
final class RelyingParty {
  private static final int REPORT_DATA_BYTES = 64;

  private final EvidenceVerifier verifier;

  RelyingParty(EvidenceVerifier verifier) {
    this.verifier = verifier;
  }

  /**
   * An enclave that the client may tell about contacts.
   *
   * @param claims genuine, fresh and acceptable
   * @param collateral what the evidence was verified with, for next time
   */
  record TrustedEnclave(Claims claims, String measurement, boolean simulated, byte[] collateral) {}

  /**
   * Verifies and appraises an offer.
   *
   * @param nonce what the client sent for freshness
   * @param heldCollateral the collateral whose digest the client sent, or empty
   * @throws DiscoveryException {@link DiscoveryError#UNTRUSTED_SERVER}, or {@link
   *     DiscoveryError#PROTOCOL_VIOLATION} when it is not an offer this client understands
   */
  TrustedEnclave trust(Offer offer, byte[] nonce, byte[] heldCollateral, Instant now)
      throws DiscoveryException {
    Claims claims = claims(offer);
    byte[] collateral = offer.collateral().length == 0 ? heldCollateral : offer.collateral();
    if (!MessageDigest.isEqual(Sha256.of(collateral), offer.collateralDigest())) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server's collateral is not the one it names.");
    }
    EvidenceVerifier.Verified verified =
        verifier.verify(offer.evidence(), collateral, binding(claims), now);
    appraise(claims, nonce, now);
    return new TrustedEnclave(claims, verified.measurement(), verified.simulated(), collateral);
  }

  /** What the evidence has to vouch for, and what a policy may ask about it. */
  private static Binding binding(Claims claims) {
    Binding binding =
        Binding.to(Arrays.copyOf(claims.digest(), REPORT_DATA_BYTES))
            .withRuntime(claims.runtimeDigest())
            .withSettings(claims.settingsDigest());
    return claims.mode() == DiscoveryMode.BLINDED
        ? binding.withOprfKey(claims.epoch(), claims.oprfPublicKey())
        : binding;
  }

  private static Claims claims(Offer offer) throws DiscoveryException {
    try {
      return Claims.decode(offer.claims());
    } catch (MalformedMessageException e) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server's claims are of an unknown form: update the app.", e);
    }
  }

  /** What the evidence cannot say: that the claims answer this client, now, and it can use them. */
  private static void appraise(Claims claims, byte[] nonce, Instant now) throws DiscoveryException {
    if (!MessageDigest.isEqual(claims.nonce().orElse(new byte[0]), nonce)) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER, "The server's evidence was not made for this connection.");
    }
    if (claims.keyExpirySeconds() <= now.getEpochSecond()) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER,
          "The enclave's channel key has expired. Check this device's date and time.");
    }
    if (claims.mode() != DiscoveryMode.TRUNCATED) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION,
          "The service makes lookup keys in a way this client does not know: update the app.");
    }
  }
}
