package org.blindbook.loadtest.driver;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.blindbook.loadtest.measurement.Meter;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.schedule.Schedule;

/**
 * One event loop's share of the clients: every so manieth of the schedule. It begins each at its
 * time, whatever has become of the others, as long as there is a place.
 */
final class Worker extends VerticleBase {
  /** A larger message than any of the protocol's, 512 KiB of lookups and some. */
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** Begun in one go, before what has arrived is looked at. */
  private static final int BURST = 32;

  /** Clients that wait to come back, each of some hundred bytes; more give up. */
  private static final int MAX_WAITING = 200_000;

  /**
   * Seconds that a server may take to end a closed connection, which has a descriptor meanwhile.
   */
  private static final int CLOSING_SECONDS = 2;

  private final LoadPlan plan;
  private final int number;
  private final Meter warmUp;
  private final Meter measured;
  private final int places;
  private final long end;
  private final Schedule schedule;
  private final SecureRandom random = new SecureRandom();
  private final SplittableRandom jitter = new SplittableRandom();
  private final Queue<Caller> returning = new ArrayDeque<>();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private long begin;
  private long arrivals;
  private int conversations;
  private int taken;
  private int takenByReturning;
  private int waiting;
  private double retryAllowance;
  private long allowanceAt;
  private volatile boolean stopped;
  private volatile boolean finished;

  /**
   * @param number among the workers, from 0
   */
  Worker(LoadPlan plan, int number, Meter warmUp, Meter measured) {
    this.plan = plan;
    this.number = number;
    this.warmUp = warmUp;
    this.measured = measured;
    this.places = Math.max(1, plan.places() / plan.threads());
    this.end =
        TimeUnit.SECONDS.toNanos(plan.warmUpSeconds()) + (long) (plan.shape().seconds() * 1e9);
    this.schedule =
        new Schedule(
            plan.warmUpSeconds() == 0
                ? plan.shape()
                : plan.shape().after(plan.warmUpRate(), plan.warmUpSeconds()),
            plan.spacing(),
            plan.population().seed());
  }

  @Override
  public Future<?> start() {
    for (int source = 0; source < plan.sources(); source++) {
      clients.add(vertx.createWebSocketClient(options(source)));
    }
    return Future.succeededFuture();
  }

  private WebSocketClientOptions options(int source) {
    WebSocketClientOptions options =
        new WebSocketClientOptions()
            .setMaxConnections(places + 1)
            .setMaxFrameSize(MAX_MESSAGE_BYTES)
            .setMaxMessageSize(MAX_MESSAGE_BYTES)
            .setClosingTimeout(CLOSING_SECONDS)
            .setConnectTimeout(Math.toIntExact(plan.timeout().toMillis()))
            .setTcpNoDelay(true);
    return plan.sources() == 1 ? options : options.setLocalAddress("127.1." + source + ".1");
  }

  /**
   * One discovery, counted nowhere.
   *
   * @param onEnd called once, on this worker's event loop
   */
  void one(Consumer<Outcome> onEnd) {
    context.runOnContext(
        event ->
            new Conversation(
                    vertx,
                    client(),
                    plan,
                    caller(plan.accounts(), -1, 0, warmUp),
                    random,
                    onEnd,
                    () -> {})
                .start(plan.timeout().toMillis()));
  }

  /**
   * Lets the clients come.
   *
   * @param at the beginning, by {@link System#nanoTime}
   */
  void begin(long at) {
    context.runOnContext(
        event -> {
          begin = at;
          pace();
        });
  }

  /** Nobody comes any more; may be called from any thread. */
  void dismiss() {
    stopped = true;
  }

  /** Whether everybody has come, and nobody will come back who is not under way. */
  boolean isFinished() {
    return finished;
  }

  /** By turns. */
  private WebSocketClient client() {
    return clients.get(conversations++ % clients.size());
  }

  private long now() {
    return System.nanoTime() - begin;
  }

  /** Begins what is due, and sets an alarm for what comes next. */
  private void pace() {
    if (stopped) {
      return;
    }
    int begun = 0;
    while (begun < BURST && schedule.hasNext() && schedule.peek() <= now()) {
      long arrival = schedule.next();
      if (arrivals++ % plan.threads() == number) {
        arrive(arrivals - 1, arrival);
        begun++;
      }
    }
    begun += bringBack();
    boolean more = schedule.hasNext() || now() < end;
    if (begun >= BURST) {
      context.runOnContext(event -> pace());
    } else if (more) {
      vertx.setTimer(millisToNext(), id -> pace());
    } else {
      returning.forEach(caller -> caller.meter().gaveUp());
      returning.clear();
      finished = true;
    }
  }

  private long millisToNext() {
    long nanos = schedule.hasNext() ? schedule.peek() - now() : end - now();
    long most = returning.isEmpty() ? 100 : 2;
    return Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanos), 1, most);
  }

  private void arrive(long arrivalNumber, long arrival) {
    Meter meter = arrival < TimeUnit.SECONDS.toNanos(plan.warmUpSeconds()) ? warmUp : measured;
    meter.offered();
    if (taken >= places) {
      meter.notSent();
      return;
    }
    int account = (int) (arrivalNumber % plan.accounts());
    attempt(caller(account, arrivalNumber, arrival, meter), arrival);
  }

  private Caller caller(int account, long arrivalNumber, long arrival, Meter meter) {
    return new Caller(
        plan.population().client(account),
        plan.books().of(arrivalNumber),
        new UUID(random.nextLong(), random.nextLong()),
        meter,
        arrival);
  }

  /**
   * @param due when it should have begun
   */
  private void attempt(Caller caller, long due) {
    boolean first = caller.attempts() == 0;
    caller.attempt();
    caller.meter().attempt(first, now() - due);
    taken++;
    takenByReturning += first ? 0 : 1;
    new Conversation(
            vertx,
            client(),
            plan,
            caller,
            random,
            outcome -> ended(caller, due, outcome),
            () -> {
              taken--;
              takenByReturning -= first ? 0 : 1;
            })
        .start(TimeUnit.NANOSECONDS.toMillis(due - now()) + plan.timeout().toMillis());
  }

  private void ended(Caller caller, long due, Outcome outcome) {
    long now = now();
    caller.meter().ended(outcome, now - caller.arrival(), now - due);
    if (outcome instanceof Outcome.Right || outcome instanceof Outcome.Wrong) {
      return;
    }
    OptionalLong delay = plan.retry().next(outcome, caller.attempts(), jitter);
    long next = now + TimeUnit.MILLISECONDS.toNanos(delay.orElse(0));
    if (delay.isEmpty()
        || stopped
        || next >= end
        || !isPatient(caller, next)
        || waiting + returning.size() >= MAX_WAITING) {
      caller.meter().gaveUp();
    } else if (delay.getAsLong() == 0) {
      returning.add(caller);
    } else {
      waiting++;
      vertx.setTimer(
          delay.getAsLong(),
          id -> {
            waiting--;
            comeBack(caller);
          });
    }
  }

  private boolean isPatient(Caller caller, long at) {
    return at - caller.arrival() <= plan.patience().toNanos();
  }

  private void comeBack(Caller caller) {
    if (now() < end) {
      returning.add(caller);
    } else {
      caller.meter().gaveUp();
    }
  }

  /**
   * Begins repeated attempts; they leave half of the places, so that new clients can come. Standing
   * in line is the generator's doing: an attempt counts from its end, the client's wait from its
   * arrival.
   */
  private int bringBack() {
    long now = now();
    double share = plan.retriesPerSecond() / plan.threads();
    retryAllowance =
        Math.min(Math.max(1, share / 10), retryAllowance + share * (now - allowanceAt) / 1e9);
    allowanceAt = now;
    int begun = 0;
    while (begun < BURST && retryAllowance >= 1 && takenByReturning < Math.max(1, places / 2)) {
      Caller caller = taken < places ? returning.poll() : null;
      if (caller == null) {
        break;
      } else if (isPatient(caller, now)) {
        retryAllowance--;
        attempt(caller, now);
        begun++;
      } else {
        caller.meter().gaveUp();
      }
    }
    return begun;
  }
}
