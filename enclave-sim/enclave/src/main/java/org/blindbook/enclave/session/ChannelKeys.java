package org.blindbook.enclave.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.blindbook.enclave.Settings;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.noise.StaticKey;
import org.jspecify.annotations.Nullable;

/**
 * The channel key in use and the evidence for it. A key serves for a bounded time and number of
 * sessions; its predecessor stays for handshakes under way and is then wiped.
 */
final class ChannelKeys {
  /** Clients whose clock is this far off, or that are this slow, still see a valid key. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  /** A channel key, the claims that name it and what proves them. */
  record Offered(StaticKey key, Claims claims, Offer offer) {}

  private final Hardware hardware;
  private final Settings settings;
  private final SecureRandom random;
  private final InstantSource clock;

  private @Nullable Offered current;
  private @Nullable StaticKey previous;
  private long retireAtSeconds;
  private int sessionsLeft;

  ChannelKeys(Hardware hardware, Settings settings, SecureRandom random, InstantSource clock) {
    this.hardware = hardware;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The key and offer for a new session.
   *
   * @param clientNonce 32 bytes to quote, or empty
   * @throws IOException when the platform gives no evidence
   */
  synchronized Offered forSession(byte[] clientNonce) throws IOException {
    Offered offered = offer(clientNonce);
    sessionsLeft--;
    return offered;
  }

  /** The offer for somebody who only verifies. */
  synchronized Offered offer(byte[] clientNonce) throws IOException {
    Offered base = current;
    if (base == null || sessionsLeft <= 0 || clock.instant().getEpochSecond() >= retireAtSeconds) {
      base = rotate();
    }
    return clientNonce.length == 0 ? base : quote(base.key, base.claims.withNonce(clientNonce));
  }

  private Offered rotate() throws IOException {
    long now = clock.instant().getEpochSecond();
    StaticKey key = StaticKey.generate(random);
    long retireAt = now + settings.channelKeyLifetime().toSeconds();
    Claims claims =
        Claims.truncated(
            key.publicKey(),
            retireAt + GRACE.toSeconds(),
            settings.digest(),
            hardware.launch().runtimeDigest());
    Offered next = quote(key, claims);
    if (previous != null) {
      previous.wipe();
    }
    previous = current == null ? null : current.key;
    current = next;
    retireAtSeconds = retireAt;
    sessionsLeft = settings.channelKeySessions();
    return next;
  }

  private Offered quote(StaticKey key, Claims claims) throws IOException {
    byte[] reportData = Arrays.copyOf(claims.digest(), Hardware.REPORT_DATA_BYTES);
    Hardware.Evidence evidence = hardware.quote(reportData);
    return new Offered(
        key, claims, new Offer(claims.encode(), evidence.quote(), evidence.collateral()));
  }
}
