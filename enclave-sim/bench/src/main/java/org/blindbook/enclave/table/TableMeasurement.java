package org.blindbook.enclave.table;

import java.util.Optional;

/**
 * What was measured; times are medians.
 *
 * @param kernel the inner loops that ran
 * @param slotsPerBin queries a bin takes, {@code c} in docs/oblivious-table.md
 * @param log2Failure base-2 logarithm of the chance that a batch overflows a bin
 * @param usPerLookup microseconds of a whole batch, divided by its queries
 * @param routingUs microseconds of a batch spent sorting queries to bins and answers back
 * @param readNsPerSlot a vectorised read of the same memory by as many threads
 * @param bytesPerRecord memory of the slots per registered user
 * @param hits queries, warm-up included, whose key is registered
 * @param wrong answers, warm-up included, that were not what was registered
 * @param serving if asked for
 * @param growth if asked for
 */
public record TableMeasurement(
    TableWorkload workload,
    int threads,
    String kernel,
    int slotsPerBin,
    int bins,
    double log2Failure,
    double usPerLookup,
    double routingUs,
    double passNsPerSlot,
    double passNsPerRecord,
    double readNsPerSlot,
    double bytesPerRecord,
    double updatesPerSecond,
    double loadPerSecond,
    long hits,
    long wrong,
    Optional<ServingMeasurement> serving,
    Optional<GrowthMeasurement> growth) {

  TableMeasurement with(GrowthMeasurement measured) {
    return new TableMeasurement(
        workload,
        threads,
        kernel,
        slotsPerBin,
        bins,
        log2Failure,
        usPerLookup,
        routingUs,
        passNsPerSlot,
        passNsPerRecord,
        readNsPerSlot,
        bytesPerRecord,
        updatesPerSecond,
        loadPerSecond,
        hits,
        wrong,
        serving,
        Optional.of(measured));
  }
}
