package org.blindbook.enclave.evaluator;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the evaluator's key and evaluates. Evaluations are long, so they have threads of their own
 * and wait in line for them: what waits is bounded, and calls that are short go on meanwhile.
 */
final class Evaluations {
  /** Elements that may wait in the line: 20 s of work for one core. */
  static final int MAX_WAITING = 1 << 18;

  private final int epoch;
  private final SealedKey sealedKey;
  private final Executor threads;
  private final SecureRandom random;
  private final AtomicInteger waiting = new AtomicInteger();

  private volatile @Nullable EvaluatorKey key;

  Evaluations(Hardware hardware, int epoch, Executor threads, SecureRandom random)
      throws IOException {
    this.epoch = epoch;
    this.sealedKey = new SealedKey(hardware, epoch);
    this.threads = threads;
    this.random = random;
  }

  /**
   * Takes the key back that the host kept, or makes one.
   *
   * @param sealed empty to have one made
   * @return the sealed key, for the host to keep before anybody relies on it
   * @throws CallException {@link CallError#NOT_UNSEALABLE}, or {@link CallError#BAD_CALL} when
   *     there is a key already
   */
  synchronized byte[] install(byte[] sealed) throws CallException {
    if (key != null) {
      throw new CallException(CallError.BAD_CALL);
    }
    if (sealed.length > 0) {
      key = sealedKey.open(sealed).orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
      return sealed;
    }
    EvaluatorKey made = EvaluatorKey.random(random);
    key = made;
    return sealedKey.seal(made, random);
  }

  /**
   * What this evaluator says about itself.
   *
   * @throws CallException {@link CallError#NOT_READY} before there is a key
   */
  Claims.Blinded claimed() throws CallException {
    return new Claims.Blinded(DeploymentRole.EVALUATOR, epoch, key().publicKey());
  }

  private EvaluatorKey key() throws CallException {
    EvaluatorKey present = key;
    if (present == null) {
      throw new CallException(CallError.NOT_READY);
    }
    return present;
  }

  /**
   * @throws OprfException when an element that stands for a contact is none
   * @leaks the capacity, and whether all are elements
   */
  void check(EvaluationRequest request) throws OprfException {
    Evaluator.check(request.elements(), request.count(), request.retryNonce());
  }

  /**
   * Evaluates all elements of a request, those that stand for nobody as padding, and proves it,
   * once those before it in the line are done. Then the request is wiped.
   *
   * @return the {@link EvaluationReply}; fails with {@link CallError#TOO_MANY_SESSIONS} when the
   *     line is full, and with {@link CallError#BAD_CALL} when an element that stands for a contact
   *     is none
   * @leaks the capacity, and whether all are elements
   */
  CompletableFuture<byte[]> evaluate(EvaluationRequest request) {
    if (waiting.addAndGet(request.capacity()) > MAX_WAITING) {
      leave(request);
      return CompletableFuture.failedFuture(new CallException(CallError.TOO_MANY_SESSIONS));
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return evaluateNow(request);
          } catch (OprfException e) {
            throw new CompletionException(new CallException(CallError.BAD_CALL));
          } catch (CallException e) {
            throw new CompletionException(e);
          } finally {
            leave(request);
          }
        },
        threads);
  }

  private void leave(EvaluationRequest request) {
    waiting.addAndGet(-request.capacity());
    request.wipe();
  }

  private byte[] evaluateNow(EvaluationRequest request) throws CallException, OprfException {
    // One for each batch: it is cheap beside 64 elements, and not for two threads.
    Evaluation evaluation =
        new Evaluator(key()).evaluate(request.elements(), request.count(), request.retryNonce());
    return EvaluationReply.encode(epoch, evaluation.elements(), evaluation.prove(random));
  }
}
