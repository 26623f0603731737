package org.blindbook.enclave.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * The channel key in use and the evidence for it: one quote for all who wait, because the platform
 * gives one after the other. A key serves for a bounded time and number of sessions, and those that
 * wait with the last; its predecessor stays for handshakes under way and is then wiped.
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

  /**
   * Somebody who waits for an offer.
   *
   * @param nonce empty, or what is to be quoted
   * @param session whether a session begins with it
   */
  private record Waiting(byte[] nonce, boolean session, CompletableFuture<Offered> offered) {}

  /** The key in use, and how long still. */
  private static final class Current {
    final StaticKey key;
    final Claims claims;
    final long retireAtSeconds;
    int sessionsLeft;

    Current(StaticKey key, Claims claims, long retireAtSeconds, int sessions) {
      this.key = key;
      this.claims = claims;
      this.retireAtSeconds = retireAtSeconds;
      this.sessionsLeft = sessions;
    }
  }

  private final Hardware hardware;
  private final ClientLimits limits;
  private final RoleClaims role;
  private final SecureRandom random;
  private final InstantSource clock;
  private final byte[] settingsDigest;
  private Executor quoter = work -> work.run();

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean quoting;

  // Owned by whoever is quoting.
  private @Nullable Current current;
  private @Nullable StaticKey previous;

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
   * From now on quotes are waited for elsewhere, and those who come meanwhile share the next.
   *
   * @param elsewhere a thread of its own: a quote may take long
   * @leaks nothing
   */
  void quoteOn(Executor elsewhere) {
    quoter = elsewhere;
  }

  /**
   * An offer for somebody who only verifies, or for a new session. It fails with {@link
   * CallError#NO_EVIDENCE} when the platform gives none, and with {@link
   * CallError#TOO_MANY_SESSIONS} when as many wait as there may be sessions.
   *
   * @param clientNonce 32 bytes to quote, or empty
   * @leaks how many wait together, and whether it is time for a new key
   */
  CompletableFuture<Offered> offer(byte[] clientNonce, boolean session) {
    Waiting asked = new Waiting(clientNonce, session, new CompletableFuture<>());
    synchronized (waiting) {
      if (waiting.size() >= limits.maxSessions()) {
        return CompletableFuture.failedFuture(new CallException(CallError.TOO_MANY_SESSIONS));
      }
      waiting.add(asked);
      if (quoting) {
        return asked.offered;
      }
      quoting = true;
    }
    quoter.execute(this::quote);
    return asked.offered;
  }

  /** Quotes until nobody waits. */
  private void quote() {
    for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
      try {
        answer(group);
      } catch (CallException | IOException | RuntimeException e) {
        CallException refusal =
            e instanceof CallException refused ? refused : new CallException(CallError.NO_EVIDENCE);
        for (Waiting asked : group) {
          asked.offered.completeExceptionally(refusal);
        }
      }
    }
  }

  private List<Waiting> next() {
    List<Waiting> group = new ArrayList<>();
    synchronized (waiting) {
      while (group.size() < Offer.MOST_TOGETHER && !waiting.isEmpty()) {
        group.add(waiting.remove());
      }
      quoting = !group.isEmpty();
    }
    return group;
  }

  /** One quote for all of a group. */
  private void answer(List<Waiting> group) throws CallException, IOException {
    Current serving = serving();
    List<Claims> claimed = new ArrayList<>();
    for (Waiting asked : group) {
      serving.sessionsLeft -= asked.session ? 1 : 0;
      claimed.add(asked.nonce.length == 0 ? serving.claims : serving.claims.withNonce(asked.nonce));
    }
    ClaimsTree tree = new ClaimsTree(claimed);
    Hardware.Evidence evidence =
        hardware.quote(Arrays.copyOf(tree.root(), Hardware.REPORT_DATA_BYTES));
    for (int i = 0; i < claimed.size(); i++) {
      Claims claims = claimed.get(i);
      Offer offer = new Offer(claims, tree.path(i), evidence.quote(), evidence.collateral());
      group.get(i).offered.complete(new Offered(serving.key, claims, offer));
    }
  }

  /** The key in use, or a new one when its time is over. */
  private Current serving() throws CallException {
    Current old = current;
    long now = clock.instant().getEpochSecond();
    if (old != null && old.sessionsLeft > 0 && now < old.retireAtSeconds) {
      return old;
    }
    long retireAt = now + limits.channelKeyLifetime().toSeconds();
    StaticKey key = StaticKey.generate(random);
    Claims claims =
        Claims.truncated(
            key.publicKey(),
            retireAt + GRACE.toSeconds(),
            settingsDigest,
            hardware.launch().runtimeDigest());
    Current next = new Current(key, role.complete(claims), retireAt, limits.channelKeySessions());
    if (previous != null) {
      previous.wipe();
    }
    previous = old == null ? null : old.key;
    current = next;
    return next;
  }
}
