package org.blindbook.enclave.session;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.blindbook.enclave.evaluation.Evaluations;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.permits.RequestSets;
import org.blindbook.enclave.permits.Token;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.ServerHandshake;
import org.blindbook.protocol.oprf.OprfException;
import org.jspecify.annotations.Nullable;

/**
 * One client's conversation: handshake, request, acknowledgement, in this order and once; in a
 * blinded deployment, an evaluation request and its acknowledgement may come before the request.
 * Messages of one session come one after the other.
 */
final class Session {
  /**
   * What all sessions share.
   *
   * @param blinded whether permits are paid for evaluations and not for lookups
   * @param looksUp whether there is anybody to look up
   * @param evaluations empty where nobody is evaluated
   */
  record Services(
      Permits permits,
      Token tokens,
      RequestSets.Hasher setHasher,
      TableThread table,
      boolean blinded,
      boolean looksUp,
      Optional<Evaluations> evaluations,
      SecureRandom random,
      InstantSource clock) {}

  private enum Expects {
    HANDSHAKE,
    ANY_REQUEST,
    EVALUATION_ACKNOWLEDGEMENT,
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
  private @Nullable EvaluationRequest evaluation;

  Session(byte[] account, ChannelKeys.Offered offered, Services services) {
    this.account = account;
    this.offered = offered;
    this.services = services;
  }

  /**
   * Takes the client's next message. Anything out of order or not genuine ends the session.
   *
   * @leaks which message comes next, its length, and how the session ends
   */
  synchronized CompletableFuture<Received> receive(byte[] message, byte[] ledger)
      throws CallException {
    try {
      return switch (expects) {
        case HANDSHAKE -> CompletableFuture.completedFuture(handshake(message));
        case ANY_REQUEST -> CompletableFuture.completedFuture(anyRequest(message, ledger));
        case EVALUATION_ACKNOWLEDGEMENT -> evaluationAcknowledgement(message);
        case REQUEST -> CompletableFuture.completedFuture(request(channel().open(message), ledger));
        case ACKNOWLEDGEMENT -> acknowledgement(message);
        case NOTHING -> CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
      };
    } catch (NoiseException | MalformedMessageException | OprfException e) {
      return CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
    }
  }

  private Received handshake(byte[] message) throws NoiseException {
    ServerHandshake.Answer answer =
        new ServerHandshake(offered.key(), Prologue.of(offered.claims()), services.random)
            .answer(message);
    channel = answer.channel();
    expects = services.blinded ? Expects.ANY_REQUEST : Expects.REQUEST;
    return new Received(answer.message2(), NONE, SessionEnd.OPEN);
  }

  private Received anyRequest(byte[] message, byte[] ledger)
      throws NoiseException, MalformedMessageException, OprfException, CallException {
    byte[] opened = channel().open(message);
    return EvaluationRequest.is(opened)
        ? evaluationRequest(opened, ledger)
        : request(opened, ledger);
  }

  /** Everything that can be refused is refused before anything is charged. */
  private Received evaluationRequest(byte[] opened, byte[] ledger)
      throws MalformedMessageException, OprfException, CallException {
    EvaluationRequest asked = EvaluationRequest.decode(opened);
    if (services.evaluations.isEmpty()) {
      return end(SessionEnd.WRONG_ROLE);
    }
    if (asked.epoch() != offered.claims().epoch()) {
      return end(SessionEnd.WRONG_EPOCH);
    }
    Evaluations evaluations = services.evaluations.get();
    evaluations.check(asked);
    evaluations.enter(asked);
    evaluation = asked;
    long now = services.clock.instant().getEpochSecond();
    Permits.Decision decision = genuine(services.permits.charge(account, ledger, asked, now));
    if (!decision.granted()) {
      return refuse(decision);
    }
    expects = Expects.EVALUATION_ACKNOWLEDGEMENT;
    byte[] reply = TokenReply.evaluationGranted(decision.charged()).encode();
    return new Received(channel().seal(reply), decision.ledger(), SessionEnd.OPEN);
  }

  private CompletableFuture<Received> evaluationAcknowledgement(byte[] message)
      throws NoiseException, MalformedMessageException {
    Acknowledgement.check(channel().open(message));
    EvaluationRequest asked = evaluation;
    if (asked == null) {
      throw new IllegalStateException("an acknowledgement follows a request");
    }
    expects = Expects.NOTHING;
    evaluation = null;
    return services.evaluations.orElseThrow().evaluate(asked).thenApply(this::evaluated);
  }

  private synchronized Received evaluated(EvaluationReply reply) {
    byte[] sealed = openChannel().seal(reply.encoded());
    if (!services.looksUp) {
      wipe();
      return new Received(sealed, NONE, SessionEnd.COMPLETE);
    }
    expects = Expects.REQUEST;
    return new Received(sealed, NONE, SessionEnd.OPEN);
  }

  private Received request(byte[] opened, byte[] ledger)
      throws MalformedMessageException, CallException {
    DiscoveryRequest asked = DiscoveryRequest.decode(opened);
    request = asked;
    if (!services.looksUp) {
      return end(SessionEnd.WRONG_ROLE);
    }
    if (asked.epoch() != offered.claims().epoch()) {
      return end(SessionEnd.WRONG_EPOCH);
    }
    if (services.blinded) {
      // Whoever has a key has paid for it: docs/decisions/1105.
      expects = Expects.ACKNOWLEDGEMENT;
      byte[] free = TokenReply.granted(0, new byte[DiscoveryRequest.TOKEN_BYTES]).encode();
      return new Received(channel().seal(free), NONE, SessionEnd.OPEN);
    }
    RequestSets sets = services.setHasher.hash(asked);
    if (!services.tokens.covers(asked.token(), account, sets.paid())) {
      return end(SessionEnd.INVALID_TOKEN);
    }
    long now = services.clock.instant().getEpochSecond();
    Permits.Decision decision =
        genuine(services.permits.charge(account, ledger, asked.retryNonce(), sets.fresh(), now));
    if (!decision.granted()) {
      return refuse(decision);
    }
    byte[] token = services.tokens.issue(account, sets.kept());
    byte[] reply = TokenReply.granted(decision.charged(), token).encode();
    expects = Expects.ACKNOWLEDGEMENT;
    return new Received(channel().seal(reply), decision.ledger(), SessionEnd.OPEN);
  }

  private static Permits.Decision genuine(Optional<Permits.Decision> charge) throws CallException {
    return charge.orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
  }

  private Received refuse(Permits.Decision decision) {
    byte[] refusal = TokenReply.refused(decision.retryAfterSeconds()).encode();
    byte[] sealed = channel().seal(refusal);
    wipe();
    return new Received(sealed, decision.ledger(), SessionEnd.COMPLETE);
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
    byte[] sealed = openChannel().seal(results.encoded());
    Arrays.fill(results.encoded(), (byte) 0);
    wipe();
    return new Received(sealed, NONE, SessionEnd.COMPLETE);
  }

  /** The channel, unless the session ended while its answer was computed. */
  private SecureChannel openChannel() {
    if (channel == null) {
      throw new CompletionException(new CallException(CallError.UNKNOWN_SESSION));
    }
    return channel;
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

  /**
   * Wipes the session's keys and its request.
   *
   * @leaks how far the session is
   */
  synchronized void wipe() {
    expects = Expects.NOTHING;
    if (channel != null) {
      channel.wipe();
      channel = null;
    }
    if (request != null) {
      request.wipe();
    }
    if (evaluation != null) {
      services.evaluations.orElseThrow().leave(evaluation);
      evaluation.wipe();
      evaluation = null;
    }
  }
}
