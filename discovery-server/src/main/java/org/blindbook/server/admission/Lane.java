package org.blindbook.server.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.jspecify.annotations.Nullable;

/**
 * The work that clients give to the enclaves of one role, in estimated microseconds ({@link
 * WorkCost}). The enclaves get as much of it at once as keeps them busy; the rest waits here, where
 * it can still be refused.
 *
 * <p>Whoever has been admitted goes first: its handshake is paid for. A newcomer is admitted for a
 * whole discovery. It is refused when those who wait before it would take {@link Bounds#startWait},
 * which costs a look at a number; else it waits its turn, and is refused after {@link
 * Bounds#startDeadline} all the same. Newcomers are served in the order in which they came, until
 * the oldest has waited for longer than it should have: then the newest come first, whose users
 * still wait for an answer. And so much work is begun at most that all of it would be done within
 * {@link Bounds#deadline} if those who wait for the enclaves got what they came for, and one of
 * {@value #THINKING} whose turn it is came with its next message now. The others are on the far
 * side of a slow network; should they all come at once after all, {@link Place#reserve} refuses.
 *
 * <p>Calls of the host itself (registrations, evidence, snapshots) do not come through here: what
 * is with the enclaves at once is little enough for them to wait for.
 *
 * <p>Safe for use by several threads. Turns are given on whichever thread makes room for them.
 */
public final class Lane {
  /** What an enclave answers a call with; each is kept busy, and no more. */
  public enum Station {
    /** Offers, handshakes, charges: computed at once on a few threads. */
    CHANNEL,
    /** Results: a pass over the table for all that wait, or evaluations one after the other. */
    RESULT
  }

  /**
   * @param startWait work of this length may wait before a newcomer
   * @param startDeadline after which a newcomer that waits is refused
   * @param deadline within which all that was begun should be done
   */
  public record Bounds(Duration startWait, Duration startDeadline, Duration deadline) {
    /** A third of the deadline in line, two thirds at the very most. */
    public static Bounds of(Duration deadline) {
      return new Bounds(deadline.dividedBy(3), deadline.multipliedBy(2).dividedBy(3), deadline);
    }
  }

  /** A newcomer, told once what becomes of it. */
  public interface Newcomer {
    /**
     * It has its turn.
     *
     * @param offer the call for its offer, which is taken to be under way
     */
    void begin(Call offer);

    /** It has waited for too long and has no place any more. */
    void tooLate();
  }

  /** Of so many clients whose turn it is, one counts: most of them come later. */
  private static final int THINKING = 4;

  /** Said of many who have little to do: a client counts whose work takes more of the deadline. */
  private static final int LITTLE = 16;

  /** Always with an enclave, however large: while one is answered the next is on its way. */
  private static final int CALLS_PER_CORE = 2;

  private static final long CHANNEL_MICROS_PER_CORE = 20_000;
  private static final long EVALUATION_MICROS_PER_CORE = 40_000;

  /** A pass takes as many entries, and the more the cheaper each. */
  private static final int LOOKUP_ENTRIES = 65_536;

  /** A call that an enclave has, or will get. */
  public final class Call {
    private final Place caller;
    private final Station station;
    private final long micros;
    private final Consumer<Call> run;
    private boolean under;

    private Call(Place caller, Station station, long micros, Consumer<Call> run) {
      this.caller = caller;
      this.station = station;
      this.micros = micros;
      this.run = run;
    }

    /**
     * It is answered, or has failed, or was not made after all. Does nothing the second time, so an
     * answer that is late to be told of is never taken for that of the next call.
     */
    public void answered() {
      synchronized (Lane.this) {
        if (!under) {
          return;
        }
        under = false;
        Calls calls = calls(station);
        calls.running--;
        calls.runningMicros -= micros;
        pace.done(micros, running() >= cores, nanoTime.getAsLong());
        if (caller.last == this) {
          caller.setThinking(true);
        }
      }
      giveTurns();
    }
  }

  /** The calls of one station. */
  private static final class Calls {
    final ArrayDeque<Call> waiting = new ArrayDeque<>();
    final long limitMicros;
    long waitingMicros;
    int running;
    long runningMicros;

    Calls(long limitMicros) {
      this.limitMicros = limitMicros;
    }
  }

  private final EnclaveRole role;
  private final Bounds bounds;
  private final int cores;
  private final LongSupplier nanoTime;
  private final Pace pace;
  private final Debt debt;
  private final Map<Station, Calls> stations = new EnumMap<>(Station.class);
  private final ArrayDeque<Place> starting = new ArrayDeque<>();
  private long startingMicros;
  private long expectedMicros;
  private long chargedMicros;
  private long thinkingExpectedMicros;
  private long thinkingResultMicros;
  private int charged;

  /**
   * @param cores that do the work
   * @param nanoTime as {@link System#nanoTime}
   */
  public Lane(EnclaveRole role, Bounds bounds, int cores, LongSupplier nanoTime) {
    this.role = role;
    this.bounds = bounds;
    this.cores = cores;
    this.nanoTime = nanoTime;
    this.pace = new Pace(cores);
    this.debt = new Debt(pace, cores, nanoTime.getAsLong());
    stations.put(Station.CHANNEL, new Calls(cores * CHANNEL_MICROS_PER_CORE));
    stations.put(
        Station.RESULT,
        new Calls(
            switch (role) {
              case LOOKUP, RECENT -> WorkCost.resultMicros(role, LOOKUP_ENTRIES);
              case EVALUATOR -> cores * EVALUATION_MICROS_PER_CORE;
            }));
  }

  public EnclaveRole role() {
    return role;
  }

  /** Whether newcomers are refused: as cheap a question as there is. */
  public synchronized boolean full() {
    return nanos(startingMicros) > bounds.startWait.toNanos();
  }

  /** One client was refused here: who is told when to come back is work that will come back. */
  public synchronized void refused() {
    debt.add(wholeMicros(), nanoTime.getAsLong());
  }

  /** How many were refused here since start. */
  public synchronized long refusals() {
    return debt.refusals();
  }

  /** How long it would take to do all that waits, and all that was refused not long ago. */
  public synchronized Duration backlog() {
    return Duration.ofNanos(nanos(debt.micros(nanoTime.getAsLong()) + queuedMicros()));
  }

  /** How long it would take to do all that has been accepted and is not done: for autoscaling. */
  public synchronized Duration queued() {
    return Duration.ofNanos(nanos(queuedMicros()));
  }

  private long queuedMicros() {
    return startingMicros + presentMicros();
  }

  /** Of clients that wait for an answer of an enclave, or have paid for one. */
  private long presentMicros() {
    long micros = chargedMicros;
    for (Calls calls : stations.values()) {
      micros += calls.waitingMicros + calls.runningMicros;
    }
    return micros;
  }

  /** How long that much work takes all cores. */
  private long nanos(long micros) {
    return (long) (micros * 1e3 * pace.get() / cores);
  }

  private long wholeMicros() {
    return WorkCost.CONNECTION_MICROS + WorkCost.usualRequestMicros(role);
  }

  /** A newcomer takes its place in the line, and may have its turn before this returns. */
  public Place enter(Newcomer newcomer) {
    Place place = new Place(newcomer, nanoTime.getAsLong());
    synchronized (this) {
      starting.add(place);
      startingMicros += wholeMicros();
    }
    giveTurns();
    return place;
  }

  /** Refuses those who have waited for too long; to be called every now and then. */
  public void expire() {
    giveTurns();
  }

  /** Another's work for the same enclaves, which is not kept waiting here. */
  public synchronized void occupy(long micros) {
    chargedMicros += micros;
    charged++;
  }

  /** That work is done. */
  public void vacate(long micros) {
    synchronized (this) {
      chargedMicros -= micros;
      charged--;
    }
    giveTurns();
  }

  private void giveTurns() {
    List<Runnable> turns = new ArrayList<>();
    synchronized (this) {
      for (Station station : Station.values()) {
        Calls calls = calls(station);
        while (!calls.waiting.isEmpty() && hasRoom(calls)) {
          Call call = calls.waiting.remove();
          calls.waitingMicros -= call.micros;
          begin(call, turns);
        }
      }
      expireInto(turns);
      while (!starting.isEmpty() && mayStart()) {
        Place next = isLate(starting.getFirst()) ? starting.removeLast() : starting.removeFirst();
        startingMicros -= wholeMicros();
        next.waiting = false;
        next.expect(wholeMicros() - WorkCost.OFFER_MICROS);
        next.last = new Call(next, Station.CHANNEL, WorkCost.OFFER_MICROS, next.newcomer::begin);
        begin(next.last, turns);
      }
    }
    turns.forEach(Runnable::run);
  }

  private void expireInto(List<Runnable> turns) {
    long now = nanoTime.getAsLong();
    while (!starting.isEmpty()
        && now - starting.getFirst().since > bounds.startDeadline.toNanos()) {
      Place late = starting.removeFirst();
      startingMicros -= wholeMicros();
      late.waiting = false;
      turns.add(late.newcomer::tooLate);
    }
  }

  private boolean isLate(Place oldest) {
    return nanoTime.getAsLong() - oldest.since > bounds.startWait.toNanos();
  }

  private boolean mayStart() {
    if (!hasRoom(calls(Station.CHANNEL))) {
      return false;
    }
    long begun =
        expectedMicros + presentMicros() - later(thinkingExpectedMicros + thinkingResultMicros);
    return begun == 0 || nanos(begun + wholeMicros()) <= bounds.deadline.toNanos();
  }

  /** What does not come now, of the work of clients that think. */
  private static long later(long thinkingMicros) {
    return thinkingMicros - thinkingMicros / THINKING;
  }

  private boolean hasRoom(Calls calls) {
    return calls.running < CALLS_PER_CORE * cores || calls.runningMicros < calls.limitMicros;
  }

  private void begin(Call call, List<Runnable> turns) {
    Calls calls = calls(call.station);
    calls.running++;
    calls.runningMicros += call.micros;
    call.under = true;
    turns.add(() -> call.run.accept(call));
  }

  private Calls calls(Station station) {
    Calls calls = stations.get(station);
    if (calls == null) {
      throw new AssertionError("every station has its calls");
    }
    return calls;
  }

  /** One client's place, from the line to the results. Whoever has it leaves it once. */
  public final class Place {
    private final Newcomer newcomer;
    private final long since;
    private boolean waiting = true;
    private long expected;
    private long result;
    private boolean thinking;
    private @Nullable Call last;

    private Place(Newcomer newcomer, long since) {
      this.newcomer = newcomer;
      this.since = since;
    }

    /**
     * Makes a call once there is room for it, maybe before this returns. The next one comes when
     * this is answered.
     *
     * @param run makes it, and says when it is {@link Call#answered}
     */
    public void call(Station station, long micros, Consumer<Call> run) {
      synchronized (Lane.this) {
        Calls calls = calls(station);
        setThinking(false);
        expect(Math.max(0, expected - micros));
        if (station == Station.RESULT) {
          setResult(0);
        }
        last = new Call(this, station, micros, run);
        calls.waiting.add(last);
        calls.waitingMicros += micros;
      }
      giveTurns();
    }

    /**
     * Whether the results of a request could be begun in time, if it is taken now. Then they have a
     * place among those that are paid for.
     *
     * @param micros of its results
     */
    public boolean reserve(long micros) {
      synchronized (Lane.this) {
        long before = presentMicros() - later(thinkingResultMicros);
        if (charged + running() >= cores && nanos(before) > bounds.deadline.toNanos()) {
          return false;
        }
        expect(WorkCost.CHARGE_MICROS);
        setResult(micros);
        return true;
      }
    }

    /**
     * The client has been silent for so long that nothing is expected of it now: who asks for much
     * and then says nothing keeps nobody out. What it asks for later waits its turn.
     */
    public void lapse() {
      synchronized (Lane.this) {
        expect(0);
        setResult(0);
      }
      giveTurns();
    }

    /** Gives up the place. A call that an enclave has stays until it is answered. */
    public void leave() {
      synchronized (Lane.this) {
        if (waiting && starting.remove(this)) {
          startingMicros -= wholeMicros();
        }
        waiting = false;
        Call call = last;
        if (call != null && calls(call.station).waiting.remove(call)) {
          calls(call.station).waitingMicros -= call.micros;
        }
        expect(0);
        setResult(0);
      }
      giveTurns();
    }

    private void expect(long micros) {
      become(micros, result, thinking);
    }

    private void setResult(long micros) {
      become(expected, micros, thinking);
    }

    private void setThinking(boolean itsTurn) {
      become(expected, result, itsTurn);
    }

    private void become(long expected, long result, boolean thinking) {
      count(-1);
      this.expected = expected;
      this.result = result;
      this.thinking = thinking;
      count(1);
    }

    /** Adds what this place is to what all are, or takes it away. */
    private void count(int sign) {
      expectedMicros += sign * expected;
      chargedMicros += sign * result;
      charged += result > 0 ? sign : 0;
      if (thinking && (expected + result) * 1_000 <= bounds.deadline.toNanos() / LITTLE) {
        thinkingExpectedMicros += sign * expected;
        thinkingResultMicros += sign * result;
      }
    }
  }

  private int running() {
    int running = 0;
    for (Calls calls : stations.values()) {
      running += calls.running;
    }
    return running;
  }
}
