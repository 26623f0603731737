package org.blindbook.auditor.trace.recording;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of one run on one thread. Events are hashed as they come; a full trace of a
 * small table is hundreds of millions of them.
 */
public final class Recorder {
  /** Events between two checkpoints, and so the most that a second run keeps to find one. */
  public static final int CHECKPOINT_EVENTS = 4096;

  /** In place of an event's number: none is kept. */
  public static final long NO_WINDOW = Long.MAX_VALUE;

  // Odd constants with well spread bits: 2^64 / golden ratio, and one from the PCG family.
  private static final long MIX_A = 0x9E37_79B9_7F4A_7C15L;
  private static final long MIX_B = 0xD6E8_FEB8_6659_FD93L;

  private final Thread thread = Thread.currentThread();
  private final Ordinals ordinals;
  private final List<Long> checkpoints = new ArrayList<>();
  private final BitSet reached = new BitSet();
  private final BitSet unreviewed = new BitSet();
  private final List<Trace.Event> window = new ArrayList<>();
  private final long windowStart;

  /** Whether objects get numbers although no event asks for them. */
  private boolean numbering;

  /** How many classes are initialising themselves, one on behalf of another. */
  private int initialising;

  /** How many trusted calls of instrumented code are under way, one within another. */
  private int trusted;

  private long nanoTime;
  private long nanosOfAReading;

  private long events;
  private long hashA = 1;
  private long hashB = 2;

  private Recorder(@Nullable Ordinals earlier, long windowStart) {
    this.ordinals = new Ordinals(earlier);
    this.windowStart = windowStart;
  }

  /** For the first run in a freshly loaded enclave. */
  public static Recorder first() {
    return first(NO_WINDOW);
  }

  /**
   * As {@link #first()}; keeps {@link #CHECKPOINT_EVENTS} + 1 events.
   *
   * @param windowStart number of the first event to keep
   */
  public static Recorder first(long windowStart) {
    return start(new Recorder(null, windowStart));
  }

  /** For a later run in the same enclave; constants keep the numbers they have here. */
  public Recorder next(long windowStart) {
    return start(new Recorder(ordinals, windowStart));
  }

  private static Recorder start(Recorder recorder) {
    Probe.run = recorder;
    return recorder;
  }

  /** From now on instrumented code runs on this thread that is to be compared. */
  public void resume() {
    numbering = true;
    Probe.active = this;
  }

  /**
   * From now on instrumented code runs that leads up to what is compared: it is not recorded, but
   * its objects will be used, and get their numbers.
   */
  public void prepare() {
    numbering = true;
  }

  /** From now on instrumented code works for somebody else, such as a client. */
  public void pause() {
    numbering = false;
    Probe.active = null;
  }

  /** An event that the code around the enclave reports, such as a draw of random bytes. */
  public static void report(int site, long value) {
    Recorder recorder = Probe.active;
    if (recorder != null) {
      recorder.event(site, value);
    }
  }

  void event(int site, long value) {
    if (Thread.currentThread() != thread) {
      // Which thread comes first is chance: such a trace proves nothing.
      unreviewed.set(Sites.OTHER_THREAD);
      return;
    }
    if (trusted > 0) {
      reached.set(site);
      return;
    }
    if (events % CHECKPOINT_EVENTS == 0) {
      checkpoints.add(hashA ^ hashB);
    }
    long word = value * MIX_B + site;
    hashA = (hashA ^ word) * MIX_A;
    hashA ^= hashA >>> 29;
    hashB = Long.rotateLeft(hashB + (word ^ (value >>> 17)), 23) * MIX_B;
    reached.set(site);
    if (events >= windowStart && events - windowStart <= CHECKPOINT_EVENTS) {
      window.add(new Trace.Event(site, value));
    }
    events++;
  }

  /**
   * A source line runs, and is compared. Constants are made when somebody first asks, who may not
   * be watched.
   */
  void line(int site) {
    boolean watched = (Probe.active == this || initialising > 0) && trusted == 0;
    if (watched && Thread.currentThread() == thread) {
      reached.set(site);
    }
  }

  int ordinal(@Nullable Object object) {
    // The map is not for two threads; such a run is no proof anyway.
    return Thread.currentThread() == thread ? ordinals.of(object) : 0;
  }

  void callWithoutRule(int site) {
    if (trusted == 0) {
      unreviewed.set(site);
    }
  }

  /** An object is new to instrumented code. */
  void number(@Nullable Object object) {
    if ((numbering || initialising > 0) && trusted == 0 && Thread.currentThread() == thread) {
      ordinals.of(object);
    }
  }

  void initialising(int change) {
    if (Thread.currentThread() == thread) {
      initialising += change;
    }
  }

  /** What runs meanwhile is believed, not compared; only that it ran is kept. */
  void trusted(int change) {
    if (Thread.currentThread() == thread) {
      trusted += change;
    }
  }

  /**
   * What the enclave's clock shows: time stands still, unless a scenario lets every reading take
   * some. The machine's own would let two runs of one input differ.
   */
  long nanoTime() {
    nanoTime += nanosOfAReading;
    return nanoTime;
  }

  /** From now on every reading of the clock finds it this much later than the one before. */
  public void letReadingsTake(long nanos) {
    nanosOfAReading = nanos;
  }

  /** Ends the run. */
  public Trace trace() {
    pause();
    Probe.run = null;
    if (initialising != 0) {
      unreviewed.set(Sites.INITIALISER); // what came after it got numbers that it should not
    }
    if (trusted != 0) {
      unreviewed.set(Sites.TRUSTED_CALL); // likewise
    }
    return new Trace(
        events,
        hashA,
        hashB,
        List.copyOf(checkpoints),
        (BitSet) reached.clone(),
        (BitSet) unreviewed.clone(),
        List.copyOf(window));
  }
}
