package org.blindbook.enclave.evaluator;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.enclave.constanttime.Masks;
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
    this.permits = Permits.of(hardware, "", settings.limits(), random);
    this.clock = clock;
  }

  /**
   * @leaks the request's size class, and whether it is well-formed and of the epoch served: the
   *     session ends when not
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
    Permits.Decision charged =
        charge(asked, account, ledger)
            .orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
    asked.dropUnless(charged.granted());
    long outcome = Masks.select(charged.granted(), TokenReply.GRANTED, TokenReply.REFUSED);
    return new Taken(
        TokenReply.encode(outcome, charged.charged(), charged.retryAfterSeconds(), NO_TOKEN),
        charged.ledger(),
        new Evaluating(asked));
  }

  /** The charge is named by the whole request: nonce, elements, their number and the epoch. */
  private Optional<Permits.Decision> charge(
      EvaluationRequest asked, byte[] account, byte[] ledger) {
    Permits.Bill bill =
        new Permits.Bill(
            asked.retryNonce(), Sha256.of(asked.encoded()), asked.count(), asked.capacity());
    return permits.charge(account, ledger, bill, -1, clock.instant().getEpochSecond());
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
      asked.wipe();
    }
  }
}
