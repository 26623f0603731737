package org.blindbook.enclave.lookup;

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
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.Results;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the table. Lookups that wait are answered together by one pass; jobs
 * take turns with the passes, so that neither starves the other. An update takes many turns and
 * lets passes in between; the next job waits until it is done.
 *
 * <p>Whatever goes wrong in a pass ends the thread: a table that is half changed answers wrongly,
 * and to retry would tell of it.
 */
public final class TableThread {
  /** How long a first waiting lookup waits for company. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Work other than a lookup, with the table to itself. */
  public interface Work<T> {
    /**
     * @leaks what it does with the table
     */
    T run(ObliviousTable table) throws Exception;
  }

  private record Lookup(DiscoveryRequest request, CompletableFuture<Results> answer) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Lookup> lookups = new ArrayDeque<>();
  private final ArrayDeque<Job<?>> jobs = new ArrayDeque<>();
  private int waitingEntries;
  private long firstArrivalNanos;

  private Executor followUps = work -> work.run();

  // Owned by the table thread.
  private ObliviousTable table;
  private @Nullable Job<?> current;
  private volatile long batches;
  private volatile long turns;

  public TableThread(ObliviousTable table) {
    this.table = table;
  }

  /**
   * Starts the thread. It ends with the process.
   *
   * @param followUps seal and write what the thread has found, so that it goes on with the table
   * @param failure called when a pass fails: the table can no longer be trusted
   * @leaks nothing
   */
  public void start(Executor followUps, Thread.UncaughtExceptionHandler failure) {
    this.followUps = followUps;
    Thread thread = new Thread(this::loop, "table");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(failure);
    thread.start();
  }

  /**
   * Passes over the table since start.
   *
   * @leaks how many passes there were
   */
  public long batches() {
    return batches;
  }

  /**
   * Turns since start that looked up or changed something.
   *
   * @leaks how many there were
   */
  public long turns() {
    return turns;
  }

  /**
   * Looks up a request's kept and new contacts; the request is wiped afterwards.
   *
   * @leaks when the request came, and its capacity
   */
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
   * future and nothing else; a table that is full is {@link CallError#TABLE_FULL}.
   *
   * @leaks what the work does with the table
   */
  public <T> CompletableFuture<T> submit(Work<T> work) {
    return add(new Job<>(null, work));
  }

  /**
   * Applies an update in its turns, then runs work. {@link CallError#TABLE_FULL} fails the future
   * and leaves the table as it was; any other failure of the update ends the thread.
   *
   * @leaks the size of the batch, and the number of registrations before and after
   */
  public <T> CompletableFuture<T> update(UpdateBatch batch, Work<T> after) {
    return add(new Job<>(batch, after));
  }

  private <T> CompletableFuture<T> add(Job<T> job) {
    lock.lock();
    try {
      jobs.add(job);
      arrived.signal();
    } finally {
      lock.unlock();
    }
    return job.done;
  }

  /** An update, or none, and the work that comes after it. */
  private final class Job<T> {
    final CompletableFuture<T> done = new CompletableFuture<>();
    private final @Nullable UpdateBatch batch;
    private final Work<T> work;
    private ObliviousTable.@Nullable Updating updating;

    Job(@Nullable UpdateBatch batch, Work<T> work) {
      this.batch = batch;
      this.work = work;
    }

    /** Takes one turn; false when it was the last. */
    boolean takeTurn() {
      try {
        if (batch != null && updating == null) {
          updating = table.begin(batch);
          return true;
        }
      } catch (TableFullException e) {
        fail(e);
        return false;
      }
      if (updating != null && updating.step()) {
        return true;
      }
      try {
        T result = work.run(table);
        followUps.execute(() -> done.complete(result));
      } catch (Exception e) {
        fail(e);
      }
      return false;
    }

    private void fail(Exception e) {
      Exception refusal =
          e instanceof TableFullException ? new CallException(CallError.TABLE_FULL) : e;
      followUps.execute(() -> done.completeExceptionally(refusal));
    }
  }

  /**
   * Replaces the table; only from within {@link #submit submitted} work.
   *
   * @leaks nothing
   */
  public void replace(ObliviousTable restored) {
    table = restored;
  }

  private void loop() {
    while (true) {
      turn(true);
    }
  }

  /**
   * Does all work that waits, and what follows on it, on the calling thread and without waiting for
   * company; never beside a {@link #start started} thread.
   *
   * @leaks which work waits
   */
  public void runWaiting() {
    while (turn(false)) {}
  }

  /**
   * A turn of the current job, then a pass for the lookups that wait.
   *
   * @param patient whether to wait for something to do, and lookups for company
   * @return whether there was something to do
   */
  private boolean turn(boolean patient) {
    List<Lookup> batch = List.of();
    lock.lock();
    try {
      while (patient && current == null && jobs.isEmpty() && !batchIsDue()) {
        awaitArrival();
      }
      current = current == null ? jobs.poll() : current;
      if (!patient || batchIsDue()) {
        batch = takeBatch();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the table thread", e);
    } finally {
      lock.unlock();
    }
    boolean busy = current != null || !batch.isEmpty();
    if (!batch.isEmpty() || current != null && current.batch != null) {
      turns++;
    }
    if (current != null && !current.takeTurn()) {
      current = null;
    }
    if (!batch.isEmpty()) {
      pass(batch);
    }
    return busy;
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
