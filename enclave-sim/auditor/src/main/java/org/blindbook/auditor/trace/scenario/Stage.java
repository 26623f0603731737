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
import org.jspecify.annotations.Nullable;

/**
 * One enclave under trace. What the enclave does is recorded, what its host and clients do is not.
 * Everything runs on the calling thread.
 *
 * @param <C> the calls of the enclave's role
 */
abstract class Stage<C extends EnclaveCalls> {
  /** Time stands still unless a scenario moves it. */
  private static final long START_SECONDS = 1_800_000_000;

  private final Recorder recorder;
  private final SeededRandom clientRandom;
  private final C calls;
  private boolean recording;
  private long seconds = START_SECONDS;
  private long callsMade;

  /** How an enclave is made, by reflection: it is loaded beside the scenarios. */
  interface Creation<C> {
    C create(SecureRandom random, InstantSource clock) throws ReflectiveOperationException;
  }

  /**
   * @param seed of all randomness, the enclave's and the clients'
   * @param recording whether making the enclave is part of the trace
   */
  Stage(Recorder recorder, long seed, boolean recording, Creation<C> creation) {
    this.recorder = recorder;
    this.recording = recording;
    this.clientRandom = new SeededRandom(seed + 1);
    SeededRandom random = new SeededRandom(seed);
    InstantSource clock = () -> Instant.ofEpochSecond(seconds);
    this.calls = watched(() -> created(creation, random, clock));
  }

  private static <C> C created(Creation<C> creation, SecureRandom random, InstantSource clock) {
    try {
      return creation.create(random, clock);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static Object invoke(Method method, @Nullable Object on, Object... arguments) {
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
  interface Call<C, T> {
    CompletionStage<T> on(C enclave);
  }

  /** The enclave. */
  C calls() {
    return calls;
  }

  /** Makes a call; its answer may have to wait for {@link #pass}. */
  <T> CompletableFuture<T> begin(Call<? super C, T> call) {
    return watched(() -> call.on(calls).toCompletableFuture());
  }

  /** Makes a call and does the work that waits for it. */
  <T> T call(Call<? super C, T> call) {
    CompletableFuture<T> answer = begin(call);
    pass();
    return answer.join();
  }

  /** Does the work that waits, and looks at what the enclave says of itself. */
  void pass() {
    Stats stats = calls.stats().toCompletableFuture().join();
    hostSees(stats.sessions(), stats.ready() ? 1 : 0);
  }

  /** What the host sees of an answer is part of the trace: none of it may depend on secrets. */
  void hostSees(Received answer) {
    hostSees(answer.reply().length, answer.ledger().length, answer.close().wire());
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

  /** Something that the enclave does. */
  interface Step<T> {
    T run();
  }

  /** Does it, as part of the trace when the enclave is watched. */
  <T> T watched(Step<T> step) {
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
