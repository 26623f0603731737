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
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.hardware.Hardware;
import org.jspecify.annotations.Nullable;

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
   * An enclave with an empty table.
   *
   * @param seed of all randomness, the enclave's and the clients'
   */
  Stage(Recorder recorder, long seed, Hardware hardware) throws Exception {
    this(recorder, seed, hardware, false);
  }

  private Stage(Recorder recorder, long seed, Hardware hardware, boolean recording)
      throws Exception {
    this.recorder = recorder;
    this.recording = recording;
    this.clientRandom = new SeededRandom(seed + 1);
    SeededRandom random = new SeededRandom(seed);
    InstantSource clock = () -> Instant.ofEpochSecond(seconds);
    Class<?> type = Class.forName("org.blindbook.enclave.Enclave");
    Method create =
        type.getMethod("create", Hardware.class, SecureRandom.class, InstantSource.class);
    this.runWaiting = type.getMethod("runWaiting");
    this.enclave = watched(() -> invoke(create, null, hardware, random, clock));
    this.calls = (EnclaveCalls) invoke(type.getMethod("calls"), enclave);
    pass();
  }

  /** As the constructor; making the enclave is part of the trace. */
  static Stage watchedFromTheStart(Recorder recorder, long seed, Hardware hardware)
      throws Exception {
    return new Stage(recorder, seed, hardware, true);
  }

  private static Object invoke(Method method, @Nullable Object on, Object... arguments) {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on what the enclave does is part of the trace. */
  void watch() {
    recording = true;
  }

  void elapse(int elapsedSeconds) {
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
    watched(() -> invoke(runWaiting, enclave));
    Stats stats = stats();
    hostSees(stats.capacity(), stats.sessions(), stats.batches(), stats.ready() ? 1 : 0);
  }

  /** What the host sees of an answer is part of the trace: none of it may depend on secrets. */
  void hostSees(Received answer) {
    hostSees(answer.reply().length, answer.ledger().length, answer.close().ordinal());
  }

  /** As {@link #hostSees(Received)}, for an answer of another kind. */
  void hostSees(long... numbers) {
    watched(
        () -> {
          for (long number : numbers) {
            Recorder.report(Sites.ANSWER, number);
          }
          return numbers;
        });
  }

  /** Changes registrations. */
  void update(byte[] entries) {
    call(enclave -> enclave.update(new Update(++sequence, entries)));
  }

  /** Records the table takes before it grows. */
  long capacity() {
    return stats().capacity();
  }

  private Stats stats() {
    return calls.stats().toCompletableFuture().join();
  }

  private interface Step<T> {
    T run();
  }

  private <T> T watched(Step<T> step) {
    if (recording) {
      recorder.resume();
    } else {
      recorder.prepare();
    }
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
