package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.scenario.HostView.State;
import org.blindbook.auditor.trace.scenario.HostView.Table;
import org.blindbook.protocol.evaluation.EvaluatorCalls;
import org.blindbook.protocol.hardware.Hardware;

/** An evaluator enclave under trace. Evaluations run at once, on the calling thread. */
final class EvaluatorStage extends Stage<EvaluatorCalls> {
  private static final byte[] NONE = {};

  /** An enclave with a key of its own; everything comes from one seed. */
  EvaluatorStage(Recorder recorder, long seed, Hardware hardware) {
    this(recorder, seed, hardware, false);
  }

  private EvaluatorStage(Recorder recorder, long seed, Hardware hardware, boolean recording) {
    super(
        recorder,
        seed,
        recording,
        (random, clock) ->
            (EvaluatorCalls)
                invoke(creation(), null, hardware, (Executor) Runnable::run, random, clock));
    if (recording) {
      hideWhatIsRandom();
    }
    call(HostCall.named("key"), enclave -> enclave.key(NONE));
  }

  /** As the constructor; making the enclave and its key is part of the trace. */
  static EvaluatorStage watchedFromTheStart(Recorder recorder, long seed, Hardware hardware) {
    return new EvaluatorStage(recorder, seed, hardware, true);
  }

  private static Method creation() throws ReflectiveOperationException {
    return Class.forName("org.blindbook.enclave.evaluator.EvaluatorEnclave")
        .getMethod(
            "create", Hardware.class, Executor.class, SecureRandom.class, InstantSource.class);
  }

  @Override
  void doWaitingWork() {}

  @Override
  Table table() {
    return State.NO_TABLE;
  }
}
