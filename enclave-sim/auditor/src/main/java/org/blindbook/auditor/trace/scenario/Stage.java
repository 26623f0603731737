package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.recording.Sites;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.hardware.Hardware;

/**
 * One enclave under trace. What the enclave does is recorded, what its host and clients do is not.
 * Everything runs on the calling thread.
 */
final class Stage {
  /** Time stands still unless a scenario moves it. */
  private static final long START_SECONDS = 1_800_000_000;

  private final Recorder recorder;
  private final Object enclave;
  private final EnclaveCalls calls;
  private final Method runWaiting;
  private final SeededRandom clientRandom;
  private boolean recording;
  private long seconds = START_SECONDS;
  private long callsMade;
  private long sequence;

  /**
   * @param seed of all randomness, the enclave's and the clients'
   */
  Stage(Recorder recorder, long seed, Hardware hardware) throws Exception {
    this.recorder = recorder;
    this.clientRandom = new SeededRandom(seed + 1);
    Class<?> type = Class.forName("org.blindbook.enclave.Enclave");
    InstantSource clock = () -> Instant.ofEpochSecond(seconds);
    enclave =
        type.getMethod("create", Hardware.class, SecureRandom.class, InstantSource.class)
            .invoke(null, hardware, new SeededRandom(seed), clock);
    calls = (EnclaveCalls) type.getMethod("calls").invoke(enclave);
    runWaiting = type.getMethod("runWaiting");
    pass();
  }

  /** From now on what the enclave does is part of the trace. */
  void watch() {
    recording = true;
  }

  void wait(int elapsedSeconds) {
    seconds += elapsedSeconds;
  }

  SeededRandom clientRandom() {
    return clientRandom;
  }

  /** A call to the enclave. */
  interface Call<T> {
    CompletionStage<T> on(EnclaveCalls enclave);
  }

  /** Makes a call; its answer may have to wait for {@link #pass}. */
  <T> CompletableFuture<T> begin(Call<T> call) {
    return watched(() -> call.on(calls).toCompletableFuture());
  }

  /** Makes a call and does the table's work that it leads to. */
  <T> T call(Call<T> call) {
    CompletableFuture<T> answer = begin(call);
    pass();
    return answer.join();
  }

  /** The table's work that waits. */
  void pass() {
    watched(
        () -> {
          try {
            return runWaiting.invoke(enclave);
          } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Changes registrations. */
  void update(byte[] entries) {
    call(enclave -> enclave.update(new Update(++sequence, entries)));
  }

  /** Records the table takes before it grows. */
  long capacity() {
    return calls.stats().toCompletableFuture().join().capacity();
  }

  private interface Step<T> {
    T run();
  }

  private <T> T watched(Step<T> step) {
    if (!recording) {
      return step.run();
    }
    recorder.resume();
    try {
      Recorder.report(Sites.CALL, callsMade++);
      T result = step.run();
      Recorder.report(Sites.OUTCOME, 0);
      return result;
    } catch (RuntimeException e) {
      Recorder.report(Sites.OUTCOME, e.getClass().getName().hashCode());
      throw e;
    } finally {
      recorder.pause();
    }
  }
}
