package org.blindbook.enclave.table;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** Fills a table until it grows, and watches its memory. */
final class GrowthBenchmark {
  /** How often to look at the memory, about: each look is a collection of the whole heap. */
  private static final int LOOKS = 16;

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  private GrowthBenchmark() {}

  /**
   * @param total a capacity, or the records a capacity is chosen for
   * @param size changes in a batch
   */
  static GrowthMeasurement run(
      TableContext context, long total, int size, BenchmarkProgress progress)
      throws TableFullException {
    long capacity = Geometry.holding(total).capacity();
    MadeUpUsers users = new MadeUpUsers(2 * capacity);
    ObliviousTable table = ObliviousTable.create(context);
    table.reserve(capacity / 8 * 7);
    long registered = 0;
    long before = capacity / 16 * 15;
    progress.begin("Loading a table that will grow", before);
    while (registered < before) {
      int next = (int) Math.min(UpdateBatch.MAX_SIZE, before - registered);
      register(table, users, registered, next);
      registered += next;
      progress.at(registered);
    }
    long slots = table.buckets.geometry.slots();
    long slotBytes =
        table.buckets.geometry.bytes() + Geometry.holding(table.capacity() + 1).bytes();
    long batches = Math.max(1, slots / (32L * size));
    progress.begin("Growing", batches);
    long heapBytes = 0;
    long longest = 0;
    int updates = 0;
    while (table.capacity() == capacity) {
      long start = System.nanoTime();
      register(table, users, registered, size);
      longest = Math.max(longest, System.nanoTime() - start);
      registered += size;
      if (updates % Math.max(1, batches / LOOKS) == 0 && table.capacity() == capacity) {
        MEMORY.gc();
        heapBytes = Math.max(heapBytes, MEMORY.getHeapMemoryUsage().getUsed());
      }
      updates++;
      progress.at(updates);
    }
    return new GrowthMeasurement(before, updates, slotBytes, heapBytes, longest / 1e6);
  }

  private static void register(ObliviousTable table, MadeUpUsers users, long first, int size)
      throws TableFullException {
    UpdateBatch update = new UpdateBatch(size);
    users.register(update, first);
    table.update(update);
  }
}
