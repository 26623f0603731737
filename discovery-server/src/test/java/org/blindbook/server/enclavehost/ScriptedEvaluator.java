package org.blindbook.server.enclavehost;

import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.evaluation.EvaluatorCalls;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.MalformedMessageException;

/** An evaluator enclave whose key is its public key and whose evaluations are zeros. */
public class ScriptedEvaluator extends ScriptedEnclave {
  /** Why it evaluates nothing. */
  public volatile CallError evaluationError;

  /** The key that it makes when it gets none. */
  public volatile byte[] made = new byte[32];

  private volatile byte[] key;
  private final int epoch;

  public ScriptedEvaluator(int epoch) {
    this.epoch = epoch;
  }

  @Override
  protected Claims claims() {
    return super.claims().of(new Claims.Blinded(DeploymentRole.EVALUATOR, epoch, key));
  }

  @Override
  final CompletionStage<byte[]> callOfRole(int operation, byte[] payload) throws CallException {
    return switch (operation) {
      case EvaluatorCalls.KEY -> key(payload);
      case EvaluatorCalls.EVALUATE -> evaluate(payload);
      default -> throw new CallException(CallError.BAD_CALL);
    };
  }

  protected CompletionStage<byte[]> key(byte[] sealed) {
    key = sealed.length == 0 ? made : sealed;
    return done(key);
  }

  private CompletionStage<byte[]> evaluate(byte[] request) throws CallException {
    if (evaluationError != null) {
      return refused(evaluationError);
    }
    try {
      return done(new byte[EvaluationReply.length(EvaluationRequest.decode(request).capacity())]);
    } catch (MalformedMessageException e) {
      throw new AssertionError("the host lets a malformed request through", e);
    }
  }
}
