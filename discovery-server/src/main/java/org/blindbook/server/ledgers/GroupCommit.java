package org.blindbook.server.ledgers;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one writer of a file of records. A commit waits for the disk, and the disk takes as long for
 * one change as for many: so whatever waits when a commit begins is in it, and is answered after
 * it.
 */
final class GroupCommit implements AutoCloseable {
  /**
   * More than all sessions of a server that were to be answered at this moment. Beyond it the disk
   * is too slow for what comes.
   */
  static final int MAX_WAITING = 16_384;

  /** Keeps a commit, and with it the wait for the next one, below some 20 ms. */
  private static final int MAX_GROUP = 2_048;

  /**
   * Records that are written later; of 200 bytes each, or so. Also a bound of what a crash undoes.
   */
  static final int MAX_LATER = 65_536;

  /** How much of its last moment a crash undoes of what is written later. */
  private static final long LATER_MILLIS = 200;

  private static final long MAINTAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_MILLIS = 2_000;

  /** Where the changes go, on the writer's thread. */
  interface Target {
    /**
     * Writes a group, all of it or nothing.
     *
     * @return for each change whether its record still held what was read
     */
    boolean[] write(List<Change> group, Map<RecordKey, byte[]> later) throws SQLException;

    /** Told of a group that is on the disk, before those who wait for it are. */
    void written(Change change, boolean held);

    /** Told of a record that was written later and is on the disk. */
    void written(RecordKey key, byte[] content);

    /** Told why a group is not on the disk. */
    void failed(Exception failure);

    /** Called between groups, about once a second. */
    void maintain() throws SQLException;
  }

  record Change(RecordKey key, byte[] read, byte[] next, CompletableFuture<Boolean> done) {}

  private final Target target;
  private final BlockingQueue<Change> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Map<RecordKey, byte[]> later = new ConcurrentHashMap<>();
  private final AtomicLong commits = new AtomicLong();
  private final Thread thread;
  private long maintainedAt = System.nanoTime();
  private volatile boolean closed;

  GroupCommit(Target target) {
    this.target = target;
    this.thread = Thread.ofPlatform().daemon().name("ledgers").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Completes once the change is on the disk or not to be made. */
  CompletableFuture<Boolean> change(RecordKey key, byte[] read, byte[] next) {
    Change change = new Change(key, read, next, new CompletableFuture<>());
    if (closed || !waiting.offer(change)) {
      change.done.completeExceptionally(
          new UnavailableException("more changes of records wait than the disk can take"));
    }
    if (closed) {
      refuseWaiting();
    }
    return change.done;
  }

  /** Records that are to be written with one of the next groups: the newest contents. */
  Map<RecordKey, byte[]> later() {
    return later;
  }

  long commits() {
    return commits.get();
  }

  private void run() {
    List<Change> group = new ArrayList<>(MAX_GROUP);
    while (!closed || !waiting.isEmpty() || !later.isEmpty()) {
      try {
        Change first = closed ? waiting.poll() : waiting.poll(LATER_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          group.add(first);
          waiting.drainTo(group, MAX_GROUP - 1);
        }
        boolean written = write(group);
        group.clear();
        if (closed && !written) {
          break;
        }
      } catch (InterruptedException e) {
        break;
      }
    }
    refuseWaiting();
  }

  /** False when it failed. */
  private boolean write(List<Change> group) {
    Map<RecordKey, byte[]> behind = someOfLater();
    try {
      if (!group.isEmpty() || !behind.isEmpty()) {
        boolean[] held = target.write(group, behind);
        commits.incrementAndGet();
        acknowledge(group, held, behind);
      }
      if (System.nanoTime() - maintainedAt > MAINTAIN_NANOS) {
        maintainedAt = System.nanoTime();
        target.maintain();
      }
      return true;
    } catch (SQLException | RuntimeException e) {
      target.failed(e);
      for (Change change : group) {
        change.done.completeExceptionally(
            new UnavailableException("a change of a record could not be stored"));
      }
      return false;
    }
  }

  private void acknowledge(List<Change> group, boolean[] held, Map<RecordKey, byte[]> behind) {
    for (int i = 0; i < held.length; i++) {
      target.written(group.get(i), held[i]);
    }
    behind.forEach(
        (key, content) -> {
          target.written(key, content);
          later.remove(key, content); // arrays are equal when they are the same
        });
    for (int i = 0; i < held.length; i++) {
      group.get(i).done.complete(held[i]);
    }
  }

  private Map<RecordKey, byte[]> someOfLater() {
    Map<RecordKey, byte[]> some = new HashMap<>();
    for (Map.Entry<RecordKey, byte[]> record : later.entrySet()) {
      if (some.size() == MAX_GROUP) {
        break;
      }
      some.put(record.getKey(), record.getValue());
    }
    return some;
  }

  private void refuseWaiting() {
    for (Change change = waiting.poll(); change != null; change = waiting.poll()) {
      change.done.completeExceptionally(new UnavailableException("the server stops"));
    }
  }

  /** Writes what waits. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
