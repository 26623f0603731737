package org.blindbook.enclave.evaluator;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.blindbook.enclave.calls.AnsweredCalls;
import org.blindbook.enclave.session.ChannelKeys;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.evaluation.EvaluatorCalls;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * The whole evaluator enclave without its process: every part, put together once. {@link Main} runs
 * it behind a socket; the obliviousness check runs it on one thread, with repeatable randomness and
 * time.
 *
 * <p>Its code has no vector operations, so it does what its bytecode does, compiled or not, and
 * needs no warm-up (docs/decisions/1001). It admits clients once it has a key.
 */
public final class EvaluatorEnclave extends AnsweredCalls implements EvaluatorCalls {
  private final EvaluatorSettings settings;
  private final Evaluations evaluations;

  private EvaluatorEnclave(Sessions sessions, EvaluatorSettings settings, Evaluations evaluations) {
    super(sessions);
    this.settings = settings;
    this.evaluations = evaluations;
  }

  /**
   * An enclave without a key.
   *
   * @param evaluators evaluate, which takes long
   * @param random the one source of all randomness
   * @throws IOException when the hardware gives no keys
   * @throws IllegalArgumentException with a plain sentence, when the settings are unusable
   */
  public static EvaluatorEnclave create(
      Hardware hardware, Executor evaluators, SecureRandom random, InstantSource clock)
      throws IOException {
    EvaluatorSettings settings = EvaluatorSettings.parse(hardware.launch().settings());
    Evaluations evaluations = new Evaluations(hardware, settings.epoch(), evaluators, random);
    ChannelKeys keys =
        new ChannelKeys(
            hardware, settings.limits(), claims -> claims.of(evaluations.claimed()), random, clock);
    Sessions sessions =
        new Sessions(
            settings.limits().maxSessions(),
            keys,
            new EvaluationService(hardware, settings, evaluations, random, clock),
            random);
    return new EvaluatorEnclave(sessions, settings, evaluations);
  }

  @Override
  public CompletionStage<byte[]> key(byte[] sealed) {
    return call(
        () -> {
          byte[] kept = evaluations.install(sealed);
          admitClients();
          return CompletableFuture.completedFuture(kept);
        });
  }

  @Override
  public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
    return call(
        () -> {
          checkAdmitting();
          if (request.epoch() != settings.epoch()) {
            throw new CallException(CallError.WRONG_EPOCH);
          }
          return evaluations.evaluate(request);
        });
  }

  @Override
  protected CompletionStage<byte[]> answerOfRole(int operation, byte[] payload)
      throws CallException {
    try {
      return switch (operation) {
        case KEY -> key(payload);
        case EVALUATE -> evaluate(EvaluationRequest.decode(payload));
        default -> throw new CallException(CallError.BAD_CALL);
      };
    } catch (MalformedMessageException e) {
      throw new CallException(CallError.BAD_CALL);
    }
  }
}
