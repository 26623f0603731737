package org.blindbook.enclave.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.evaluation.Evaluations;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.permits.RequestSets;
import org.blindbook.enclave.permits.Token;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Offer;

/** The open sessions. */
public final class Sessions {
  private final Map<Long, Session> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final int limit;
  private final ChannelKeys keys;
  private final Session.Services services;

  public Sessions(
      Hardware hardware,
      Settings settings,
      TableThread table,
      Optional<Evaluations> evaluations,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    this.limit = settings.maxSessions();
    this.keys =
        new ChannelKeys(
            hardware, settings, () -> evaluatorKey(settings, evaluations), random, clock);
    this.services =
        new Session.Services(
            new Permits(
                settings.permitCapacity(),
                settings.permitRefillPerDay(),
                SecretKey.of(hardware, "ledger"),
                SecretKey.of(hardware, "charge"),
                random),
            new Token(SecretKey.of(hardware, "token"), random),
            new RequestSets.Hasher(SecretKey.of(hardware, "contact set")),
            table,
            settings.blinded().isPresent(),
            settings.blinded().map(blinded -> blinded.role().looksUp()).orElse(true),
            evaluations,
            random,
            clock);
  }

  /** The evaluator's own, or the one whose outputs this enclave is told to hold. */
  private static byte[] evaluatorKey(Settings settings, Optional<Evaluations> evaluations)
      throws CallException {
    if (evaluations.isEmpty()) {
      return settings.blinded().flatMap(Settings.Blinded::evaluatorKey).orElseThrow();
    }
    return evaluations
        .get()
        .publicKey()
        .orElseThrow(() -> new CallException(CallError.NOT_READY))
        .encode();
  }

  /**
   * @leaks the number of open sessions, which is public
   */
  public int count() {
    return open.size();
  }

  /**
   * Opens a session; the offer names the channel key that it expects.
   *
   * @leaks whether there is room for a session, and whether the hardware gives evidence
   */
  public Opened open(byte[] account, byte[] clientNonce) throws CallException {
    if (open.size() >= limit) {
      throw new CallException(CallError.TOO_MANY_SESSIONS);
    }
    try {
      ChannelKeys.Offered offered = keys.forSession(clientNonce);
      long number = numbers.incrementAndGet();
      open.put(number, new Session(account, offered, services));
      return new Opened(number, offered.offer());
    } catch (IOException e) {
      throw new CallException(CallError.NO_EVIDENCE);
    }
  }

  /**
   * @leaks whether the hardware gives evidence
   */
  public Offer offer(byte[] clientNonce) throws CallException {
    try {
      return keys.offer(clientNonce).offer();
    } catch (IOException e) {
      throw new CallException(CallError.NO_EVIDENCE);
    }
  }

  /**
   * The identifiers that a loader sealed to a channel key.
   *
   * @throws CallException {@link CallError#STALE_KEY}, or {@link CallError#BAD_CALL} when they do
   *     not open
   * @leaks their lengths
   */
  public List<byte[]> identifiers(SealedBatch batch) throws CallException {
    return keys.open(batch);
  }

  /**
   * @leaks what the host sees of a session: which message comes next, and how it ends
   */
  public CompletableFuture<Received> receive(long number, byte[] message, byte[] ledger)
      throws CallException {
    Session session = open.get(number);
    if (session == null) {
      throw new CallException(CallError.UNKNOWN_SESSION);
    }
    return session.receive(message, ledger);
  }

  /**
   * @leaks that the session is closed
   */
  public void close(long number) {
    Session session = open.remove(number);
    if (session != null) {
      session.wipe();
    }
  }
}
