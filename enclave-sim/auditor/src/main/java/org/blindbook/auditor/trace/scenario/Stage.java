package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.recording.Sites;
import org.blindbook.auditor.trace.scenario.HostView.State;
import org.blindbook.auditor.trace.scenario.HostView.Step;
import org.blindbook.auditor.trace.scenario.HostView.Table;
import org.blindbook.protocol.calls.EnclaveCalls;
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
  private final SeededRandom random;
  private final SeededRandom clientRandom;
  private final C calls;
  private final List<Step> view = new ArrayList<>();

  /** Answers that came and are not yet told. */
  private final List<Supplier<Step>> answers = new ArrayList<>();

  private boolean readable = true;
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
    this.random = new SeededRandom(seed);
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

  /** From now on every reading of the enclave's clock finds it this much later. */
  void letReadingsTake(long nanos) {
    recorder.letReadingsTake(nanos);
  }

  /** The enclave's randomness is what differs: what is in clear differs with it. */
  void hideWhatIsRandom() {
    readable = false;
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
  <T> CompletableFuture<T> begin(HostCall of, Call<? super C, T> call) {
    CompletableFuture<T> future = watched(() -> call.on(calls).toCompletableFuture());
    future.whenComplete(
        (answer, failure) -> {
          long drawn = random.drawn();
          answers.add(
              () ->
                  failure == null
                      ? of.answered(shown(answer), readable, drawn)
                      : of.failed(failure, drawn));
        });
    tellAnswers();
    return future;
  }

  /** Makes a call and does the work that waits for it. */
  <T> T call(HostCall of, Call<? super C, T> call) {
    CompletableFuture<T> answer = begin(of, call);
    pass();
    return answer.join();
  }

  /** Does the work that waits, and looks at what the enclave says of itself. */
  final void pass() {
    doWaitingWork();
    tellAnswers();
    Stats stats = calls.stats().toCompletableFuture().join();
    State state = new State(stats.sessions(), stats.ready(), table());
    hostSees(new Step("state", 0, 0, 0, 0, 0, "", "", random.drawn(), state));
  }

  /** Does the work that waits, as far as the enclave keeps any. */
  abstract void doWaitingWork();

  /** How the table is, of which nothing is recorded; zeros in an enclave without one. */
  abstract Table table();

  /** An answer as a view takes it; that of a role's own call is the role's own. */
  @Nullable Object shown(@Nullable Object answer) {
    return answer;
  }

  /** Tells what came since, in the order in which it came. */
  final void tellAnswers() {
    List<Supplier<Step>> told = List.copyOf(answers);
    answers.clear();
    told.forEach(answer -> hostSees(answer.get()));
  }

  /** What the host sees is part of the trace: none of it may depend on secrets. */
  void hostSees(Step step) {
    view.add(step);
    if (!recording) {
      return;
    }
    long[] numbers = step.numbers();
    watched(
        () -> {
          for (long number : numbers) {
            Recorder.report(Sites.ANSWER, number);
          }
          return numbers;
        });
  }

  /** All that the host has seen. */
  HostView view() {
    return new HostView(List.copyOf(view));
  }

  /** Something that the enclave does. */
  interface Action<T> {
    T run();
  }

  /** Does it, as part of the trace when the enclave is watched. */
  <T> T watched(Action<T> action) {
    if (recording) {
      recorder.resume();
    } else {
      recorder.prepare();
    }
    try {
      Recorder.report(Sites.CALL, callsMade++);
      T result = action.run();
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
