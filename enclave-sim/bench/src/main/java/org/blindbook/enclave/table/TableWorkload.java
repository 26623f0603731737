package org.blindbook.enclave.table;

/**
 * What to measure.
 *
 * @param records registered users, 1 or more
 * @param queries queries in a batch, 1 to {@value LookupBatch#MAX_SIZE}
 * @param cpuTime whether to count the calling thread's CPU time, not the wall clock's
 */
public record TableWorkload(long records, int queries, boolean cpuTime) {}
