package org.blindbook.enclave.evaluation;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Holds the evaluator's key and evaluates. An enclave whose role is lookup has no object of this
 * class. Evaluations are long, so they have threads of their own and wait in line for them: what
 * waits is bounded, and calls that are short go on meanwhile.
 */
public final class Evaluations {
  /** Elements of clients that may be waiting, charged or not: 20 s of work for one core. */
  static final int MAX_WAITING = 1 << 18;

  private final int epoch;
  private final SealedKey sealedKey;
  private final SecureRandom random;
  private final AtomicInteger waiting = new AtomicInteger();

  private volatile @Nullable EvaluatorKey key;
  private volatile Executor threads = work -> work.run();

  public Evaluations(Hardware hardware, int epoch, SecureRandom random) throws IOException {
    this.epoch = epoch;
    this.sealedKey = new SealedKey(hardware, epoch);
    this.random = random;
  }

  /** From now on clients are evaluated on these threads; until then, on those that ask. */
  public void start(Executor evaluators) {
    threads = evaluators;
  }

  /**
   * Takes the key back that the host kept, or makes one.
   *
   * @param sealed empty to have one made
   * @return the sealed key, for the host to keep before anybody relies on it
   * @throws CallException {@link CallError#NOT_UNSEALABLE}, or {@link CallError#BAD_CALL} when
   *     there is a key already
   */
  public synchronized byte[] install(byte[] sealed) throws CallException {
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

  /** Empty until there is a key. */
  public Optional<PublicKey> publicKey() {
    return Optional.ofNullable(key).map(EvaluatorKey::publicKey);
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
  public void check(EvaluationRequest request) throws OprfException {
    Evaluator.check(request.elements(), request.count(), request.retryNonce());
  }

  /**
   * Takes a request's place in the line; {@link #leave} gives it back.
   *
   * @throws CallException {@link CallError#TOO_MANY_SESSIONS} when the line is full
   */
  public void enter(EvaluationRequest request) throws CallException {
    if (waiting.addAndGet(request.capacity()) > MAX_WAITING) {
      leave(request);
      throw new CallException(CallError.TOO_MANY_SESSIONS);
    }
  }

  public void leave(EvaluationRequest request) {
    waiting.addAndGet(-request.capacity());
  }

  /**
   * Evaluates all elements of a request, those that stand for nobody as padding, and proves it.
   * Then the request leaves the line and is wiped.
   *
   * @leaks the capacity
   */
  public CompletableFuture<EvaluationReply> evaluate(EvaluationRequest request) {
    CompletableFuture<EvaluationReply> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            answer.complete(evaluateNow(request));
          } catch (CallException | OprfException | RuntimeException e) {
            answer.completeExceptionally(e);
          } finally {
            leave(request);
            request.wipe();
          }
        });
    return answer;
  }

  private EvaluationReply evaluateNow(EvaluationRequest request)
      throws CallException, OprfException {
    // One for each batch: it is cheap beside 64 elements, and not for two threads.
    Evaluation evaluation =
        new Evaluator(key()).evaluate(request.elements(), request.count(), request.retryNonce());
    return EvaluationReply.create(epoch, evaluation.elements(), evaluation.prove(random));
  }

  /** Identifiers that are opened when it is their turn, so that they lie in memory for a moment. */
  public interface SealedIdentifiers {
    /**
     * @throws CallException when they do not open
     */
    List<byte[]> open() throws CallException;
  }

  /**
   * The lookup keys of identifiers, one after the other: for loading. The identifiers are wiped.
   *
   * @leaks how many, and their lengths
   */
  public CompletableFuture<byte[]> lookupKeys(SealedIdentifiers identifiers) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            answer.complete(lookupKeysNow(identifiers));
          } catch (CallException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private byte[] lookupKeysNow(SealedIdentifiers sealed) throws CallException {
    Evaluator evaluator = new Evaluator(key());
    List<byte[]> identifiers = sealed.open();
    try {
      byte[] keys = new byte[identifiers.size() * LookupKey.BYTES];
      int at = 0;
      for (byte[] output : evaluator.outputs(identifiers)) {
        System.arraycopy(output, 0, keys, at, LookupKey.BYTES);
        Arrays.fill(output, (byte) 0);
        at += LookupKey.BYTES;
      }
      return keys;
    } catch (OprfException e) {
      throw new CallException(CallError.BAD_CALL);
    } finally {
      for (byte[] identifier : identifiers) {
        Arrays.fill(identifier, (byte) 0);
      }
    }
  }
}
