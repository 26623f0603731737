package org.blindbook.enclave.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.enclave.calls.ModelledEnclave.answered;
import static org.blindbook.enclave.calls.ModelledEnclave.refused;

import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.enclave.fuzz.Damage;
import org.blindbook.enclave.fuzz.Role;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.evaluation.EvaluatorCalls;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.OprfException;

/** The evaluator's own calls in any order. It has a key, which is never replaced. */
final class EvaluatorOwnCalls implements Role {
  static final int EPOCH = 3;

  private static final int CAPACITY = 64;
  private static final int NONCE_BYTES = 32;

  private final byte[] elements;

  EvaluatorOwnCalls() throws OprfException {
    elements =
        new Blinding(List.of(), CAPACITY, new byte[NONCE_BYTES], new SecureRandom()).elements();
  }

  @Override
  public byte[] request(SplittableRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return new EvaluationRequestWriter(EPOCH, random.nextInt(CAPACITY + 1), nonce, elements)
        .encoded();
  }

  @Override
  public SessionEnd endOf(byte[] request) {
    try {
      EvaluationRequest decoded = EvaluationRequest.decode(request);
      if (decoded.epoch() != EPOCH) {
        return SessionEnd.WRONG_EPOCH;
      }
      Evaluator.check(decoded.elements(), decoded.count(), decoded.retryNonce());
      return SessionEnd.OPEN;
    } catch (MalformedMessageException | OprfException e) {
      return SessionEnd.BAD_REQUEST;
    }
  }

  @Override
  public void call(ModelledEnclave enclave, SplittableRandom random) {
    if (random.nextInt(20) > 0) {
      byte[] key = new byte[random.nextInt(120)];
      random.nextBytes(key);
      refused(enclave.begin(EvaluatorCalls.KEY, key), CallError.BAD_CALL);
      return;
    }
    byte[] request = request(random);
    byte[] sent = random.nextBoolean() ? request : Damage.to(request, random);
    SessionEnd end = endOf(sent.clone());
    CompletionStage<byte[]> call = enclave.begin(EvaluatorCalls.EVALUATE, sent);
    enclave.work();
    switch (end) {
      case WRONG_EPOCH -> refused(call, CallError.WRONG_EPOCH);
      case BAD_REQUEST -> refused(call, CallError.BAD_CALL);
      default -> assertThat(answered(call)).hasSize(EvaluationReply.length(CAPACITY));
    }
  }

  /** Nothing lasts. */
  @Override
  public void leave(ModelledEnclave enclave) {}
}
