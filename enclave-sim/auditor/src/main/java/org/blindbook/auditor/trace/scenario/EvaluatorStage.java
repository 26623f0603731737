package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.evaluation.EvaluatorCalls;
import org.blindbook.protocol.hardware.Hardware;

/** An evaluator enclave under trace. */
final class EvaluatorStage extends Stage<EvaluatorCalls> {
  private static final byte[] NONE = {};

  /** An enclave with a key of its own; everything comes from one seed. */
  EvaluatorStage(Recorder recorder, long seed, Hardware hardware) {
    super(
        recorder,
        seed,
        false,
        (random, clock) ->
            (EvaluatorCalls)
                invoke(creation(), null, hardware, (Executor) Runnable::run, random, clock));
    call(enclave -> enclave.key(NONE));
  }

  private static Method creation() throws ReflectiveOperationException {
    return Class.forName("org.blindbook.enclave.evaluator.EvaluatorEnclave")
        .getMethod(
            "create", Hardware.class, Executor.class, SecureRandom.class, InstantSource.class);
  }
}
