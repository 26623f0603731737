package org.blindbook.enclave.table;

/**
 * What it takes to grow.
 *
 * @param records when the growth began
 * @param updates batches of changes it took
 * @param slotBytes slots of the old and the new table together
 * @param heapBytes most of the heap that was in use after a collection while it grew; 0 when a
 *     small table grew within one batch
 * @param longestUpdateMillis the longest of these batches; the first allocates
 */
public record GrowthMeasurement(
    long records, int updates, long slotBytes, long heapBytes, double longestUpdateMillis) {
  /** Bytes of the heap for each user while the table grows. */
  public double bytesPerRecord() {
    return (double) heapBytes / records;
  }
}
