package org.blindbook.enclave.table;

/**
 * How long lookups take without and with changes. Times are from the arrival of a batch to its
 * answer, in milliseconds.
 *
 * @param everyMillis between two batches of queries on average: twice what one takes
 * @param updatesPerSecond changes applied in a second
 * @param idle without changes
 * @param serving with changes
 */
public record ServingMeasurement(
    ServingWorkload workload,
    double everyMillis,
    double updatesPerSecond,
    Latency idle,
    Latency serving) {

  /**
   * @param batches that were answered
   */
  public record Latency(int batches, double p50, double p99) {}
}
