package org.blindbook.enclave.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.blindbook.enclave.table.LookupBatch;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableFullException;
import org.blindbook.enclave.table.UpdateBatch;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.Results;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the table. Lookups that wait are answered together by one pass; other
 * work takes turns with the passes, so that neither starves the other. An update takes many turns
 * and lets passes in between; other work waits until it is done.
 */
public final class TableThread {
  /** How long a first waiting lookup waits for company. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Work other than a lookup, with the table to itself. */
  public interface Work<T> {
    T run(ObliviousTable table) throws Exception;
  }

  /** Work that waits for its turns. */
  private interface Turns {
    /** Takes one turn; false when it was the last. */
    boolean take();
  }

  private record Lookup(DiscoveryRequest request, CompletableFuture<Results> answer) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Lookup> lookups = new ArrayDeque<>();
  private final ArrayDeque<Turns> works = new ArrayDeque<>();
  private int waitingEntries;
  private long firstArrivalNanos;

  private Executor followUps = work -> work.run();

  // Owned by the table thread.
  private ObliviousTable table;
  private volatile long batches;

  public TableThread(ObliviousTable table) {
    this.table = table;
  }

  /**
   * Starts the thread. It ends with the process.
   *
   * @param followUps seal and write what the thread has found, so that it goes on with the table
   * @param failure called when a pass fails: the table can no longer be trusted
   */
  public void start(Executor followUps, Thread.UncaughtExceptionHandler failure) {
    this.followUps = followUps;
    Thread thread = new Thread(this::loop, "table");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(failure);
    thread.start();
  }

  /** Passes over the table since start. */
  public long batches() {
    return batches;
  }

  /** Looks up a request's kept and new contacts; the request is wiped afterwards. */
  CompletableFuture<Results> lookup(DiscoveryRequest request) {
    CompletableFuture<Results> answer = new CompletableFuture<>();
    lock.lock();
    try {
      if (lookups.isEmpty()) {
        firstArrivalNanos = System.nanoTime();
      }
      lookups.add(new Lookup(request, answer));
      waitingEntries += request.capacity();
      arrived.signal();
    } finally {
      lock.unlock();
    }
    return answer;
  }

  /**
   * Runs work in its turn; what follows on it runs elsewhere. A failure of the work fails the
   * future and nothing else.
   */
  public <T> CompletableFuture<T> submit(Work<T> work) {
    return add(new Update<>(null, work));
  }

  /** Applies an update in its turns, then runs work; a failure of either fails the future. */
  public <T> CompletableFuture<T> update(UpdateBatch batch, Work<T> after) {
    return add(new Update<>(batch, after));
  }

  private <T> CompletableFuture<T> add(Update<T> work) {
    lock.lock();
    try {
      works.add(work);
      arrived.signal();
    } finally {
      lock.unlock();
    }
    return work.done;
  }

  /** An update, or none, and what is to be done after it. */
  private final class Update<T> implements Turns {
    final CompletableFuture<T> done = new CompletableFuture<>();
    private final @Nullable UpdateBatch batch;
    private final Work<T> after;
    private ObliviousTable.@Nullable Updating updating;

    Update(@Nullable UpdateBatch batch, Work<T> after) {
      this.batch = batch;
      this.after = after;
    }

    @Override
    public boolean take() {
      try {
        if (batch != null && updating == null) {
          updating = table.begin(batch);
          return true;
        }
        if (updating != null && updating.step()) {
          return true;
        }
        T result = after.run(table);
        followUps.execute(() -> done.complete(result));
      } catch (TableFullException e) {
        fail(new CallException(CallError.TABLE_FULL));
      } catch (Exception e) {
        fail(e);
      }
      return false;
    }

    private void fail(Exception e) {
      followUps.execute(() -> done.completeExceptionally(e));
    }
  }

  /** Replaces the table; only from within {@link #submit submitted} work. */
  public void replace(ObliviousTable restored) {
    table = restored;
  }

  private void loop() {
    while (true) {
      Turns work;
      List<Lookup> batch = List.of();
      lock.lock();
      try {
        while (works.isEmpty() && !batchIsDue()) {
          awaitArrival();
        }
        work = works.peek();
        if (batchIsDue()) {
          batch = takeBatch();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the table thread", e);
      } finally {
        lock.unlock();
      }
      turn(work, batch);
    }
  }

  /**
   * Does all work that waits, and what follows on it, on the calling thread and without waiting for
   * company; never beside a {@link #start started} thread.
   */
  public void runWaiting() {
    while (true) {
      Turns work;
      List<Lookup> batch;
      lock.lock();
      try {
        work = works.peek();
        batch = takeBatch();
      } finally {
        lock.unlock();
      }
      if (work == null && batch.isEmpty()) {
        return;
      }
      turn(work, batch);
    }
  }

  private void turn(@Nullable Turns work, List<Lookup> batch) {
    if (work != null && !work.take()) {
      lock.lock();
      try {
        works.remove();
      } finally {
        lock.unlock();
      }
    }
    if (!batch.isEmpty()) {
      pass(batch);
    }
  }

  private boolean batchIsDue() {
    return !lookups.isEmpty()
        && (waitingEntries >= LookupBatch.MAX_SIZE
            || System.nanoTime() - firstArrivalNanos >= LINGER_NANOS);
  }

  private void awaitArrival() throws InterruptedException {
    if (lookups.isEmpty()) {
      arrived.await();
    } else {
      arrived.awaitNanos(firstArrivalNanos + LINGER_NANOS - System.nanoTime());
    }
  }

  /** The waiting requests in order of arrival, as many as one pass takes. */
  private List<Lookup> takeBatch() {
    List<Lookup> batch = new ArrayList<>();
    int entries = 0;
    while (!lookups.isEmpty()
        && entries + lookups.peek().request.capacity() <= LookupBatch.MAX_SIZE) {
      Lookup next = lookups.remove();
      entries += next.request.capacity();
      batch.add(next);
    }
    waitingEntries -= entries;
    firstArrivalNanos = System.nanoTime() - LINGER_NANOS;
    return batch;
  }

  private void pass(List<Lookup> members) {
    int size = members.stream().mapToInt(m -> m.request.capacity()).sum();
    LookupBatch batch = new LookupBatch(size);
    int at = 0;
    for (Lookup member : members) {
      RequestEntries.copyInto(batch, at, member.request);
      at += member.request.capacity();
      member.request.wipe();
    }
    table.lookup(batch);
    batches++;
    List<Results> results = new ArrayList<>();
    at = 0;
    for (Lookup member : members) {
      results.add(RequestEntries.resultsOf(batch, at, member.request.capacity()));
      at += member.request.capacity();
    }
    batch.wipe();
    // Answers leave together, so that their order tells nothing of their content.
    for (int i = 0; i < members.size(); i++) {
      CompletableFuture<Results> answer = members.get(i).answer;
      Results result = results.get(i);
      followUps.execute(() -> answer.complete(result));
    }
  }
}
