package org.blindbook.enclave.session;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.permits.RequestSets;
import org.blindbook.enclave.permits.Token;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.ServerHandshake;
import org.jspecify.annotations.Nullable;

/**
 * One client's conversation: handshake, request, acknowledgement, in this order and once. Messages
 * of one session come one after the other.
 */
final class Session {
  /** What all sessions share. */
  record Services(
      Permits permits,
      Token tokens,
      RequestSets.Hasher setHasher,
      TableThread table,
      SecureRandom random,
      InstantSource clock) {}

  private enum Expects {
    HANDSHAKE,
    REQUEST,
    ACKNOWLEDGEMENT,
    NOTHING
  }

  private static final byte[] NONE = {};

  private final byte[] account;
  private final ChannelKeys.Offered offered;
  private final Services services;

  private Expects expects = Expects.HANDSHAKE;
  private @Nullable SecureChannel channel;
  private @Nullable DiscoveryRequest request;

  Session(byte[] account, ChannelKeys.Offered offered, Services services) {
    this.account = account;
    this.offered = offered;
    this.services = services;
  }

  /** Takes the client's next message. Anything out of order or not genuine ends the session. */
  synchronized CompletableFuture<Received> receive(byte[] message, byte[] ledger)
      throws CallException {
    try {
      return switch (expects) {
        case HANDSHAKE -> CompletableFuture.completedFuture(handshake(message));
        case REQUEST -> CompletableFuture.completedFuture(request(message, ledger));
        case ACKNOWLEDGEMENT -> acknowledgement(message);
        case NOTHING -> CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
      };
    } catch (NoiseException | MalformedMessageException e) {
      return CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
    }
  }

  private Received handshake(byte[] message) throws NoiseException {
    ServerHandshake.Answer answer =
        new ServerHandshake(offered.key(), Prologue.of(offered.claims()), services.random)
            .answer(message);
    channel = answer.channel();
    expects = Expects.REQUEST;
    return new Received(answer.message2(), NONE, SessionEnd.OPEN);
  }

  private Received request(byte[] message, byte[] ledger)
      throws NoiseException, MalformedMessageException, CallException {
    DiscoveryRequest asked = DiscoveryRequest.decode(channel().open(message));
    request = asked;
    if (asked.epoch() != offered.claims().epoch()) {
      return end(SessionEnd.WRONG_EPOCH);
    }
    RequestSets sets = services.setHasher.hash(asked);
    if (!services.tokens.covers(asked.token(), account, sets.paid())) {
      return end(SessionEnd.INVALID_TOKEN);
    }
    long now = services.clock.instant().getEpochSecond();
    Optional<Permits.Decision> charge =
        services.permits.charge(account, ledger, asked.retryNonce(), sets.fresh(), now);
    if (charge.isEmpty()) {
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
    Permits.Decision decision = charge.get();
    if (!decision.granted()) {
      byte[] refusal = TokenReply.refused(decision.retryAfterSeconds()).encode();
      byte[] sealed = channel().seal(refusal);
      wipe();
      return new Received(sealed, decision.ledger(), SessionEnd.COMPLETE);
    }
    byte[] token = services.tokens.issue(account, sets.kept());
    byte[] reply = TokenReply.granted(decision.charged(), token).encode();
    expects = Expects.ACKNOWLEDGEMENT;
    return new Received(channel().seal(reply), decision.ledger(), SessionEnd.OPEN);
  }

  private CompletableFuture<Received> acknowledgement(byte[] message)
      throws NoiseException, MalformedMessageException {
    Acknowledgement.check(channel().open(message));
    DiscoveryRequest asked = request;
    if (asked == null) {
      throw new IllegalStateException("an acknowledgement follows a request");
    }
    expects = Expects.NOTHING;
    request = null;
    return services.table.lookup(asked).thenApply(this::results);
  }

  private synchronized Received results(Results results) {
    if (channel == null) {
      throw new CompletionException(new CallException(CallError.UNKNOWN_SESSION));
    }
    byte[] sealed = channel().seal(results.encoded());
    Arrays.fill(results.encoded(), (byte) 0);
    wipe();
    return new Received(sealed, NONE, SessionEnd.COMPLETE);
  }

  private SecureChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("no channel before the handshake");
    }
    return channel;
  }

  private Received end(SessionEnd reason) {
    wipe();
    return new Received(NONE, NONE, reason);
  }

  /** Wipes the session's keys and its request. */
  synchronized void wipe() {
    expects = Expects.NOTHING;
    if (channel != null) {
      channel.wipe();
      channel = null;
    }
    if (request != null) {
      request.wipe();
    }
  }
}
