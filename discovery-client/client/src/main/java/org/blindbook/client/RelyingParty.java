package org.blindbook.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNTRUSTED_SERVER;
import static org.blindbook.client.DiscoveryError.WRONG_ROLE;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.Binding;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the client talks to an enclave. Every connection is decided anew: its evidence
 * answers a nonce of its own, so there is no earlier verdict to reuse.
 */
final class RelyingParty {

  /** The setting of an enclave that has the newest registrations and no others. */
  private static final String ONLY_RECENT = "registrations=recent";

  /** As many as a client may name in a header. */
  private static final int NAMED_EPOCHS = 8;

  private final EvidenceVerifier verifier;
  private final Accepted accepted;
  private final boolean recent;

  /** What an enclave must do for the client. */
  enum Accepted {
    /** Looks up in truncated mode. */
    TRUNCATED_LOOKUPS,
    /** Looks up in blinded mode. */
    BLINDED_LOOKUPS,
    /** Evaluates. */
    EVALUATIONS
  }

  RelyingParty(EvidenceVerifier verifier, Accepted accepted) {
    this(verifier, accepted, false);
  }

  private RelyingParty(EvidenceVerifier verifier, Accepted accepted, boolean recent) {
    this.verifier = verifier;
    this.accepted = accepted;
    this.recent = recent;
  }

  /** The same of the enclave that looks up among recent registrations only. */
  RelyingParty ofRecent() {
    return new RelyingParty(verifier, accepted, true);
  }

  /** The newest epochs whose keys the policy names, ascending: what the client could talk to. */
  List<Integer> epochs() {
    List<Integer> all = List.copyOf(verifier.epochs());
    return all.subList(Math.max(0, all.size() - NAMED_EPOCHS), all.size());
  }

  /**
   * An enclave that the client may tell about contacts.
   *
   * @param claims genuine, fresh and acceptable
   * @param collateral what the evidence was verified with, for next time
   * @param quota what its settings grant an account; null when the host did not show the text that
   *     was attested
   */
  record TrustedEnclave(
      ReceivedClaims claims,
      String measurement,
      boolean simulated,
      byte[] collateral,
      @Nullable Quota quota) {}

  /**
   * Verifies and appraises an offer.
   *
   * @param nonce what the client sent for freshness
   * @param heldCollateral the collateral whose digest the client sent, or empty
   * @throws DiscoveryException {@link DiscoveryError#UNTRUSTED_SERVER}, or {@link
   *     DiscoveryError#PROTOCOL_VIOLATION} when it is not an offer this client understands
   */
  TrustedEnclave trust(ReceivedOffer offer, byte[] nonce, byte[] heldCollateral, Instant now)
      throws DiscoveryException {
    ReceivedClaims claims = claims(offer);
    byte[] collateral = offer.collateral().length == 0 ? heldCollateral : offer.collateral();
    if (!MessageDigest.isEqual(Sha256.of(collateral), offer.collateralDigest())) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server's collateral is not the one it names.");
    }
    EvidenceVerifier.Verified verified =
        verifier.verify(offer.evidence(), collateral, binding(claims, offer.settings()), now);
    appraise(claims, nonce, now);
    appraiseMode(claims.mode());
    appraiseRole(claims);
    byte[] settings = attestedSettings(offer, claims);
    appraiseRegistrations(settings);
    return new TrustedEnclave(
        claims,
        verified.measurement(),
        verified.simulated(),
        collateral,
        Quota.of(settings).orElse(null));
  }

  /** Their text is the host's word, their digest the enclave's: nothing when these differ. */
  private static byte[] attestedSettings(ReceivedOffer offer, ReceivedClaims claims) {
    byte[] settings = offer.settings();
    return MessageDigest.isEqual(Sha256.of(settings), claims.settingsDigest())
        ? settings
        : new byte[0];
  }

  /** What the evidence has to vouch for, and what a policy may ask about it. */
  private static Binding binding(ReceivedClaims claims, byte[] settings) {
    Binding binding =
        Binding.to(claims.reportData())
            .withRuntime(claims.runtimeDigest())
            .withSettings(claims.settingsDigest());
    if (settings.length > 0) {
      binding = binding.withSettingsText(settings);
    }
    return claims.mode() == DiscoveryMode.BLINDED
        ? binding.withOprfKey(claims.epoch(), claims.oprfPublicKey())
        : binding;
  }

  private static ReceivedClaims claims(ReceivedOffer offer) throws DiscoveryException {
    try {
      return ReceivedClaims.decode(offer.claims());
    } catch (MalformedMessageException e) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server's claims are of an unknown form: update the app.", e);
    }
  }

  /** What the evidence cannot say: that the claims answer this client, now. */
  private static void appraise(ReceivedClaims claims, byte[] nonce, Instant now)
      throws DiscoveryException {
    if (!MessageDigest.isEqual(claims.nonce().orElse(new byte[0]), nonce)) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER, "The server's evidence was not made for this connection.");
    }
    if (claims.keyExpirySeconds() <= now.getEpochSecond()) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER,
          "The enclave's channel key has expired. Check this device's date and time.");
    }
  }

  private void appraiseMode(DiscoveryMode mode) throws DiscoveryException {
    if (mode == DiscoveryMode.BLINDED && verifier.epochs().isEmpty()) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER,
          "The policy names no OPRF key, so it cannot tell this evaluator's from one made for you:"
              + " add oprfKeys to it. Nothing about contacts was sent.");
    }
    if (mode == DiscoveryMode.TRUNCATED && accepted != Accepted.TRUNCATED_LOOKUPS) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER,
          "The service works without the evaluator that was named. Nothing about contacts was"
              + " sent.");
    }
  }

  /** A host that opens another enclave at an endpoint than the one for it gets nothing. */
  private void appraiseRole(ReceivedClaims claims) throws DiscoveryException {
    boolean evaluates = claims.role().equals(Optional.of(DeploymentRole.EVALUATOR));
    if (evaluates != (accepted == Accepted.EVALUATIONS)) {
      throw new DiscoveryException(
          WRONG_ROLE,
          evaluates
              ? "An evaluator answers where contacts are looked up: check the service's address."
                  + " Nothing about contacts was sent."
              : "A service that looks up answers where contacts are evaluated: check the"
                  + " evaluator's address. Nothing about contacts was sent.");
    }
  }

  /** Nor does one that opens the enclave of recent registrations in place of that of all. */
  private void appraiseRegistrations(byte[] attestedSettings) throws DiscoveryException {
    boolean onlyRecent = new String(attestedSettings, UTF_8).lines().anyMatch(ONLY_RECENT::equals);
    if (onlyRecent != recent) {
      throw new DiscoveryException(
          WRONG_ROLE,
          (recent
                  ? "An enclave that is not known to have recent registrations only answers for one"
                      + " that has."
                  : "An enclave that has recent registrations only answers for one that has all.")
              + " Nothing about contacts was sent.");
    }
  }
}
