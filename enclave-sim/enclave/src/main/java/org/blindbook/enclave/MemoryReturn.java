package org.blindbook.enclave;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Gives memory that the heap does not need any more back to the machine. The Java runtime does so
 * in a full collection only, and would rather grow up to its limit than make one. So the enclave
 * asks for one when the heap has grown by an eighth since the last, and when the table has another
 * size: then the old one lies there unused.
 *
 * @leaks how much was allocated and when, which depends on the sizes of requests and table only
 */
final class MemoryReturn {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A small heap may grow by more than an eighth: so many bytes. */
  static final long LEAST_GROWTH = 24 << 20;

  private final LongSupplier heapBytes;
  private final LongSupplier tableSize;
  private final Runnable collection;
  private long kept;
  private long size;

  /**
   * @param heapBytes memory that the heap has, used or not
   * @param tableSize anything that changes when the table is replaced by a larger one or restored
   * @param collection collects everything and shrinks the heap
   */
  MemoryReturn(LongSupplier heapBytes, LongSupplier tableSize, Runnable collection) {
    this.heapBytes = heapBytes;
    this.tableSize = tableSize;
    this.collection = collection;
    this.kept = heapBytes.getAsLong();
    this.size = tableSize.getAsLong();
  }

  /** Of this process. */
  static MemoryReturn ofThisProcess(LongSupplier tableSize) {
    return new MemoryReturn(Runtime.getRuntime()::totalMemory, tableSize, System::gc);
  }

  /** Starts to look, by the clock; ends with the process. */
  void start() {
    Thread.ofPlatform().daemon().name("memory").start(this::keepLooking);
  }

  private void keepLooking() {
    while (true) {
      LockSupport.parkNanos(INTERVAL.toNanos());
      look();
    }
  }

  /** Gives back what there is, if it is time. */
  synchronized void look() {
    long grown = heapBytes.getAsLong() - kept;
    if (grown > Math.max(LEAST_GROWTH, kept / 8) || tableSize.getAsLong() != size) {
      giveBack();
    }
  }

  /** Gives back what there is: some milliseconds in which every thread stands still. */
  synchronized void giveBack() {
    size = tableSize.getAsLong();
    collection.run();
    kept = heapBytes.getAsLong();
  }
}
