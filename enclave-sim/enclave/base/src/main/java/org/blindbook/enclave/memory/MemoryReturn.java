package org.blindbook.enclave.memory;

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
public final class MemoryReturn {
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

  /**
   * Looks once a second, by the clock, at this process; ends with it.
   *
   * @param tableSize anything that changes when a table is replaced by another
   */
  public static void start(LongSupplier tableSize) {
    MemoryReturn memory =
        new MemoryReturn(Runtime.getRuntime()::totalMemory, tableSize, System::gc);
    Thread.ofPlatform()
        .daemon()
        .name("memory")
        .start(
            () -> {
              while (true) {
                LockSupport.parkNanos(INTERVAL.toNanos());
                memory.look();
              }
            });
  }

  /** Gives back what there is, if it is time: then every thread stands still for a moment. */
  void look() {
    long grown = heapBytes.getAsLong() - kept;
    long nowSize = tableSize.getAsLong();
    if (grown > Math.max(LEAST_GROWTH, kept / 8) || nowSize != size) {
      size = nowSize;
      collection.run();
      kept = heapBytes.getAsLong();
    }
  }
}
