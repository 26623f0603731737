package org.blindbook.server.ledgers;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Records that a test can put out of reach. */
public final class MemoryRecords implements RecordStore {
  private final Map<RecordKey, byte[]> records = new ConcurrentHashMap<>();
  private final AtomicLong failures = new AtomicLong();

  public volatile boolean reachable = true;

  /** What somebody else does before the next change. */
  public volatile Runnable rival = () -> {};

  @Override
  public CompletionStage<byte[]> read(RecordKey key) {
    return reachable
        ? CompletableFuture.completedFuture(records.getOrDefault(key, NONE))
        : failed();
  }

  @Override
  public CompletionStage<Boolean> replace(RecordKey key, byte[] read, byte[] next) {
    if (!reachable) {
      return failed();
    }
    Runnable first = rival;
    rival = () -> {};
    first.run();
    boolean[] held = new boolean[1];
    records.compute(
        key,
        (same, now) -> {
          held[0] = Arrays.equals(now == null ? NONE : now, read);
          byte[] after = held[0] ? next : now;
          return after == null || after.length == 0 ? null : after;
        });
    return CompletableFuture.completedFuture(held[0]);
  }

  private <T> CompletionStage<T> failed() {
    failures.incrementAndGet();
    return CompletableFuture.failedFuture(new UnavailableException("out of reach"));
  }

  @Override
  public Health health() {
    return new Health(reachable, failures.get());
  }

  /** The largest record. */
  public int largest() {
    return records.values().stream().mapToInt(content -> content.length).max().orElse(0);
  }

  @Override
  public void close() {}
}
