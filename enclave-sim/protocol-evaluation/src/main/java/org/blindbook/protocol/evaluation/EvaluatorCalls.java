package org.blindbook.protocol.evaluation;

import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;

/** What the host can ask of an evaluator enclave besides: its key, and evaluations for loaders. */
public interface EvaluatorCalls extends EnclaveCalls {
  int KEY = CallWire.FIRST_OF_ROLE;
  int EVALUATE = CallWire.FIRST_OF_ROLE + 1;

  /**
   * Gives an evaluator its key back, or lets it make one. It serves nobody before; the host stores
   * what comes back before it admits anybody.
   *
   * @param sealed the key as it was stored, empty when there never was one
   * @return the sealed key. Fails with {@link CallError#NOT_UNSEALABLE}, and with {@link
   *     CallError#BAD_CALL} in an enclave that has its key
   */
  CompletionStage<byte[]> key(byte[] sealed);

  /**
   * An {@link EvaluationReply} for a loader: what a client gets, without a session and permits. The
   * request's count is public here. Fails with {@link CallError#WRONG_EPOCH} for an epoch that is
   * not served, with {@link CallError#NOT_READY} before there is a key, with {@link
   * CallError#BAD_CALL} when an element is none, and with {@link CallError#TOO_MANY_SESSIONS} when
   * too much is waiting.
   *
   * @leaks the request's capacity and count; the elements are random whatever they stand for
   */
  CompletionStage<byte[]> evaluate(EvaluationRequest request);
}
