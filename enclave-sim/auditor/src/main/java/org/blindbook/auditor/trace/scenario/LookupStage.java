package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;

/** A lookup enclave under trace. */
final class LookupStage extends Stage<LookupCalls> {
  private static final byte[] NO_ENTRIES = {};

  private final Method runWaiting;
  private long sequence;

  /**
   * An enclave with an empty table.
   *
   * @param seed of all randomness, the enclave's and the clients'
   */
  LookupStage(Recorder recorder, long seed, Hardware hardware) throws Exception {
    this(recorder, seed, hardware, false);
  }

  private LookupStage(Recorder recorder, long seed, Hardware hardware, boolean recording)
      throws Exception {
    super(
        recorder,
        seed,
        recording,
        (random, clock) -> (LookupCalls) invoke(creation(), null, hardware, random, clock));
    this.runWaiting = calls().getClass().getMethod("runWaiting");
    pass();
  }

  /** As the constructor; making the enclave is part of the trace. */
  static LookupStage watchedFromTheStart(Recorder recorder, long seed, Hardware hardware)
      throws Exception {
    return new LookupStage(recorder, seed, hardware, true);
  }

  private static Method creation() throws ReflectiveOperationException {
    return Class.forName("org.blindbook.enclave.lookup.LookupEnclave")
        .getMethod("create", Hardware.class, SecureRandom.class, InstantSource.class);
  }

  /** Does the table's work that waits. */
  @Override
  void pass() {
    runWaiting();
    TableState state = state();
    hostSees(state.capacity(), state.passes());
    super.pass();
  }

  private void runWaiting() {
    watched(() -> invoke(runWaiting, calls()));
  }

  /** Changes registrations. */
  void update(byte[] entries) {
    call(enclave -> enclave.update(new Update(++sequence, entries)));
  }

  /** Records the table takes before it grows. */
  long capacity() {
    return state().capacity();
  }

  /** A host asks with an update without entries, and nothing of it is watched. */
  private TableState state() {
    var answer = calls().update(new Update(sequence, NO_ENTRIES)).toCompletableFuture();
    invoke(runWaiting, calls());
    return answer.join();
  }
}
