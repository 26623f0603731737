package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.scenario.HostView.Table;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.jspecify.annotations.Nullable;

/** A lookup enclave under trace. */
final class LookupStage extends Stage<LookupCalls> {
  private static final byte[] NO_ENTRIES = {};

  private final Method runWaiting;
  private final TableTurns turns;
  private long sequence;
  private boolean recordsDiffer;

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
    if (recording) {
      hideWhatIsRandom();
    }
    this.runWaiting = calls().getClass().getMethod("runWaiting");
    this.turns = new TableTurns(calls());
    pass();
  }

  /**
   * As the constructor; making the enclave is part of the trace. For inputs whose randomness
   * differs.
   */
  static LookupStage watchedFromTheStart(Recorder recorder, long seed, Hardware hardware)
      throws Exception {
    return new LookupStage(recorder, seed, hardware, true);
  }

  private static Method creation() throws ReflectiveOperationException {
    return Class.forName("org.blindbook.enclave.lookup.LookupEnclave")
        .getMethod("create", Hardware.class, SecureRandom.class, InstantSource.class);
  }

  /** Inputs of this family leave another number of records, each: it is public. */
  void letRecordsDiffer() {
    recordsDiffer = true;
  }

  @Override
  void doWaitingWork() {
    watched(() -> invoke(runWaiting, calls()));
  }

  /** Changes registrations. */
  void update(byte[] entries) {
    CompletableFuture<TableState> answer = beginUpdate(entries);
    pass();
    answer.join();
  }

  /** Hands changes over; they are made when the table's thread comes to it. */
  CompletableFuture<TableState> beginUpdate(byte[] entries) {
    return begin(
        new HostCall("update", 0, entries.length, 0),
        enclave -> enclave.update(new Update(++sequence, entries)));
  }

  /**
   * One turn of the table's thread: a step of the update that is under way, and one pass for the
   * lookups that wait.
   *
   * @param patient whether the turn waits for something to do, and lookups for company, as on the
   *     thread itself
   * @return whether there was something to do
   */
  boolean turn(boolean patient) {
    boolean busy = watched(() -> turns.take(patient));
    tellAnswers();
    return busy;
  }

  /** The table begins to grow, as one of many slots does some updates before it is full. */
  void beginToGrow() {
    watched(turns::beginToGrow);
  }

  /** As many are in the table in every input. */
  void expectRecords(long records) {
    if (tableState().registrations() != records) {
      throw new IllegalStateException("an update left another number of records");
    }
  }

  /** Records the table takes before it grows. */
  long capacity() {
    return tableState().capacity();
  }

  @Override
  Table table() {
    return table(tableState());
  }

  private Table table(TableState state) {
    long registrations = recordsDiffer ? 0 : state.registrations();
    return new Table(registrations, state.capacity(), state.sequence(), state.passes());
  }

  @Override
  @Nullable Object shown(@Nullable Object answer) {
    return answer instanceof TableState state ? table(state) : answer;
  }

  /** A host asks with an update without entries, and nothing of it is watched. */
  private TableState tableState() {
    var answer = calls().update(new Update(sequence, NO_ENTRIES)).toCompletableFuture();
    invoke(runWaiting, calls());
    return answer.join();
  }
}
