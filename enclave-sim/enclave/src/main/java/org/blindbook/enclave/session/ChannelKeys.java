package org.blindbook.enclave.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.blindbook.enclave.Settings;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
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

  /** By which key clients know the evaluator. */
  interface EvaluatorIdentity {
    /**
     * @throws CallException {@link CallError#NOT_READY} before there is a key
     * @leaks whether there is a key
     */
    byte[] publicKey() throws CallException;
  }

  /** A channel key, the claims that name it and what proves them. */
  record Offered(StaticKey key, Claims claims, Offer offer) {}

  private final Hardware hardware;
  private final Settings settings;
  private final EvaluatorIdentity evaluator;
  private final SecureRandom random;
  private final InstantSource clock;

  private @Nullable Offered current;
  private @Nullable StaticKey previous;
  private long retireAtSeconds;
  private int sessionsLeft;

  ChannelKeys(
      Hardware hardware,
      Settings settings,
      EvaluatorIdentity evaluator,
      SecureRandom random,
      InstantSource clock) {
    this.hardware = hardware;
    this.settings = settings;
    this.evaluator = evaluator;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The key and offer for a new session.
   *
   * @param clientNonce 32 bytes to quote, or empty
   * @throws IOException when the platform gives no evidence
   * @leaks whether it is time for a new key
   */
  synchronized Offered forSession(byte[] clientNonce) throws IOException, CallException {
    Offered offered = offer(clientNonce);
    sessionsLeft--;
    return offered;
  }

  /**
   * The offer for somebody who only verifies.
   *
   * @leaks whether it is time for a new key
   */
  synchronized Offered offer(byte[] clientNonce) throws IOException, CallException {
    Offered base = current;
    if (base == null || sessionsLeft <= 0 || clock.instant().getEpochSecond() >= retireAtSeconds) {
      base = rotate();
    }
    return clientNonce.length == 0 ? base : quote(base.key, base.claims.withNonce(clientNonce));
  }

  /**
   * The identifiers of a batch that is sealed to the current key or its predecessor. Under the
   * lock, so that no key is wiped meanwhile.
   *
   * @throws CallException {@link CallError#STALE_KEY} for another key, {@link CallError#BAD_CALL}
   *     when the batch does not open
   * @leaks the lengths of the identifiers
   */
  synchronized List<byte[]> open(SealedBatch batch) throws CallException {
    byte[] named = batch.channelKey();
    StaticKey key = current == null ? null : current.key;
    if (key == null || !Arrays.equals(named, key.publicKey())) {
      key = previous;
    }
    if (key == null || !Arrays.equals(named, key.publicKey())) {
      throw new CallException(CallError.STALE_KEY);
    }
    try {
      return batch.open(key, random);
    } catch (MalformedMessageException e) {
      throw new CallException(CallError.BAD_CALL);
    }
  }

  private Offered rotate() throws IOException, CallException {
    long now = clock.instant().getEpochSecond();
    StaticKey key = StaticKey.generate(random);
    long retireAt = now + settings.channelKeyLifetime().toSeconds();
    Offered next = quote(key, claims(key, retireAt + GRACE.toSeconds()));
    if (previous != null) {
      previous.wipe();
    }
    previous = current == null ? null : current.key;
    current = next;
    retireAtSeconds = retireAt;
    sessionsLeft = settings.channelKeySessions();
    return next;
  }

  private Claims claims(StaticKey key, long expiry) throws CallException {
    byte[] runtime = hardware.launch().runtimeDigest();
    if (settings.blinded().isEmpty()) {
      return Claims.truncated(key.publicKey(), expiry, settings.digest(), runtime);
    }
    Settings.Blinded blinded = settings.blinded().get();
    return Claims.blinded(
        blinded.role(),
        blinded.epoch(),
        evaluator.publicKey(),
        key.publicKey(),
        expiry,
        settings.digest(),
        runtime);
  }

  private Offered quote(StaticKey key, Claims claims) throws IOException {
    byte[] reportData = Arrays.copyOf(claims.digest(), Hardware.REPORT_DATA_BYTES);
    Hardware.Evidence evidence = hardware.quote(reportData);
    return new Offered(
        key, claims, new Offer(claims.encode(), evidence.quote(), evidence.collateral()));
  }
}
