package org.blindbook.enclave.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.blindbook.enclave.channel.StaticKey;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;
import org.jspecify.annotations.Nullable;

/**
 * The channel key in use and the evidence for it. A key serves for a bounded time and number of
 * sessions; its predecessor stays for handshakes under way and is then wiped.
 */
public final class ChannelKeys {
  /** Clients whose clock is this far off, or that are this slow, still see a valid key. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  /** What an enclave's role adds to the claims of one in truncated mode. */
  public interface RoleClaims {
    /**
     * @throws CallException {@link CallError#NOT_READY} before there is an evaluator's key
     * @leaks whether there is one
     */
    Claims complete(Claims claims) throws CallException;
  }

  /** A channel key, the claims that name it and what proves them. */
  record Offered(StaticKey key, Claims claims, Offer offer) {}

  private final Hardware hardware;
  private final ClientLimits limits;
  private final RoleClaims role;
  private final SecureRandom random;
  private final InstantSource clock;
  private final byte[] settingsDigest;

  private @Nullable Offered current;
  private @Nullable StaticKey previous;
  private long retireAtSeconds;
  private int sessionsLeft;

  public ChannelKeys(
      Hardware hardware,
      ClientLimits limits,
      RoleClaims role,
      SecureRandom random,
      InstantSource clock) {
    this.hardware = hardware;
    this.limits = limits;
    this.role = role;
    this.random = random;
    this.clock = clock;
    this.settingsDigest = Sha256.of(hardware.launch().settings());
  }

  /**
   * The key and offer for a new session.
   *
   * @param clientNonce 32 bytes to quote, or empty
   * @throws CallException {@link CallError#NO_EVIDENCE} when the platform gives none
   * @leaks whether it is time for a new key
   */
  synchronized Offered forSession(byte[] clientNonce) throws CallException {
    Offered offered = offer(clientNonce);
    sessionsLeft--;
    return offered;
  }

  /**
   * The offer for somebody who only verifies.
   *
   * @leaks whether it is time for a new key
   */
  synchronized Offered offer(byte[] clientNonce) throws CallException {
    Offered base = current;
    if (base == null || sessionsLeft <= 0 || clock.instant().getEpochSecond() >= retireAtSeconds) {
      base = rotate();
    }
    return clientNonce.length == 0 ? base : quote(base.key, base.claims.withNonce(clientNonce));
  }

  private Offered rotate() throws CallException {
    long retireAt = clock.instant().plus(limits.channelKeyLifetime()).getEpochSecond();
    StaticKey key = StaticKey.generate(random);
    Claims claims =
        Claims.truncated(
            key.publicKey(),
            retireAt + GRACE.toSeconds(),
            settingsDigest,
            hardware.launch().runtimeDigest());
    Offered next = quote(key, role.complete(claims));
    if (previous != null) {
      previous.wipe();
    }
    previous = current == null ? null : current.key;
    current = next;
    retireAtSeconds = retireAt;
    sessionsLeft = limits.channelKeySessions();
    return next;
  }

  private Offered quote(StaticKey key, Claims claims) throws CallException {
    byte[] reportData = Arrays.copyOf(claims.digest(), Hardware.REPORT_DATA_BYTES);
    try {
      Hardware.Evidence evidence = hardware.quote(reportData);
      return new Offered(key, claims, new Offer(claims, evidence.quote(), evidence.collateral()));
    } catch (IOException e) {
      throw new CallException(CallError.NO_EVIDENCE);
    }
  }
}
