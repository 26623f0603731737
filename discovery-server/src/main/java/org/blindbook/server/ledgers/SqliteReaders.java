package org.blindbook.server.ledgers;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Reads a file of records, on threads of its own. */
final class SqliteReaders implements AutoCloseable {
  /** A read takes some 20 µs, or one access to the disk. */
  private static final int THREADS = 2;

  /** A tenth of a second of reading from a slow disk. */
  private static final int MAX_WAITING = 2_048;

  private static final long CLOSE_MILLIS = 1_000;

  private final BlockingQueue<SqliteRecords> free = new ArrayBlockingQueue<>(THREADS);
  private final ThreadPoolExecutor threads;

  SqliteReaders(Path file) throws SQLException {
    for (int i = 0; i < THREADS; i++) {
      free.add(SqliteRecords.open(file));
    }
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("ledger-reader-", 1).factory());
  }

  CompletableFuture<byte[]> read(RecordKey key) {
    try {
      return CompletableFuture.supplyAsync(() -> readNow(key), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new UnavailableException("more reads of records wait than the disk can answer"));
    }
  }

  private byte[] readNow(RecordKey key) {
    SqliteRecords records = free.remove(); // one for each thread
    try {
      return records.read(key);
    } catch (SQLException e) {
      throw new UnavailableException("a record could not be read");
    } finally {
      free.add(records);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    free.forEach(SqliteRecords::close);
  }
}
