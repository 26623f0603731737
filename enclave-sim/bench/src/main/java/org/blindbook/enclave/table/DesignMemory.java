package org.blindbook.enclave.table;

/**
 * What an enclave with this many users is designed to take of the machine's memory: the sum of what
 * it keeps, in bytes. The most that it has resident is a quarter more, {@link #bound}.
 *
 * @param records registered users, up to the capacity of their table
 * @param slots the table
 * @param batches what lookups and updates work in, one for each padded size
 * @param growing both for the next larger table too, which is there while records move to it
 */
public record DesignMemory(long records, long slots, long batches, long growing) {
  /** Code, threads and the heap's young generation: what an empty enclave takes. */
  public static final long EMPTY = 176L << 20;

  private static final int LOOKUP_COLUMNS = 6; // of LookupPass.Workspace and its Routing
  private static final int UPDATE_COLUMNS = 11; // of UpdatePass.Workspace and its Routing

  /**
   * @param records 0 to the largest capacity but one
   */
  public static DesignMemory of(long records) {
    Geometry geometry = Geometry.holding(records);
    Geometry next = Geometry.holding(geometry.capacity() + 1);
    return new DesignMemory(
        records, geometry.bytes(), batches(geometry), next.bytes() + batches(next));
  }

  private static long batches(Geometry geometry) {
    long slots = 0;
    for (int size = BinPlan.MIN_QUERIES; size <= LookupBatch.MAX_SIZE; size *= 2) {
      int sieved = BinPlan.forLookup(size, geometry, true).slots();
      int plain = BinPlan.forLookup(size, geometry, false).slots();
      slots += (long) LOOKUP_COLUMNS * Math.max(sieved, plain);
      slots += (long) UPDATE_COLUMNS * BinPlan.forUpdate(size, geometry).slots();
    }
    // What the networks decided is kept, too, in at most a quarter of the columns' bytes.
    return slots * Long.BYTES / 4 * 5;
  }

  /** While the table serves. */
  public long serving() {
    return EMPTY + slots + batches;
  }

  /** While the table grows: the most there is. */
  public long whileGrowing() {
    return serving() + growing;
  }

  /** The most that may be resident where so much is designed: garbage and what it rounds up to. */
  public static long bound(long design) {
    return design / 4 * 5;
  }
}
