package org.blindbook.enclave.table;

import java.util.Optional;

/**
 * What to measure.
 *
 * @param records registered users, 1 or more
 * @param queries queries in a batch, 1 to {@value LookupBatch#MAX_SIZE}
 * @param kernel the inner loops, as in the enclave's setting {@code table.kernel}
 * @param threads of a pass
 * @param cpuTime whether to count the calling thread's CPU time, not the wall clock's
 * @param serving changes while lookups are answered, if that is wanted too
 * @param growth whether to let a table of that size grow, too
 */
public record TableWorkload(
    long records,
    int queries,
    String kernel,
    int threads,
    boolean cpuTime,
    Optional<ServingWorkload> serving,
    boolean growth) {}
