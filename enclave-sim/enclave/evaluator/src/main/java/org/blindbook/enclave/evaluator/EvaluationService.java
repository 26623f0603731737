package org.blindbook.enclave.evaluator;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.session.Service;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.oprf.OprfException;

/** Evaluations for clients, and what they cost. */
final class EvaluationService implements Service {
  private static final byte[] NO_TOKEN = {};

  private final EvaluatorSettings settings;
  private final Evaluations evaluations;
  private final Permits permits;
  private final InstantSource clock;

  EvaluationService(
      Hardware hardware,
      EvaluatorSettings settings,
      Evaluations evaluations,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    this.settings = settings;
    this.evaluations = evaluations;
    this.permits = Permits.of(hardware, settings.limits(), random);
    this.clock = clock;
  }

  /**
   * @leaks the request's size class; whether it is well-formed and of the epoch served, and whether
   *     permits suffice: the session ends when not
   */
  @Override
  public Answer ask(byte[] request, byte[] account, byte[] ledger)
      throws MalformedMessageException, CallException {
    EvaluationRequest asked = EvaluationRequest.decode(request);
    if (asked.epoch() != settings.epoch()) {
      return new Ended(SessionEnd.WRONG_EPOCH);
    }
    try {
      evaluations.check(asked);
    } catch (OprfException e) {
      return new Ended(SessionEnd.BAD_REQUEST);
    }
    evaluations.enter(asked);
    Work work = new Evaluating(asked);
    Answer answer = new Ended(SessionEnd.BAD_REQUEST);
    try {
      answer = charge(asked, work, account, ledger);
    } finally {
      if (!(answer instanceof Granted)) {
        work.abandon();
      }
    }
    return answer;
  }

  /** The charge is named by the whole request: nonce, elements, their number and the epoch. */
  private Answer charge(EvaluationRequest asked, Work work, byte[] account, byte[] ledger)
      throws CallException {
    Optional<Permits.Decision> decision =
        permits.charge(
            account,
            ledger,
            asked.retryNonce(),
            Sha256.of(asked.encoded()),
            asked.count(),
            clock.instant().getEpochSecond());
    Permits.Decision charged =
        decision.orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
    return charged.granted()
        ? new Granted(TokenReply.granted(charged.charged(), NO_TOKEN), charged.ledger(), work)
        : new Refused(TokenReply.refused(charged.retryAfterSeconds()), charged.ledger());
  }

  private final class Evaluating implements Work {
    private final EvaluationRequest asked;

    Evaluating(EvaluationRequest asked) {
      this.asked = asked;
    }

    @Override
    public CompletableFuture<byte[]> begin() {
      return evaluations.evaluate(asked);
    }

    @Override
    public void abandon() {
      evaluations.leave(asked);
      asked.wipe();
    }
  }
}
