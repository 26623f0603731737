package org.blindbook.enclave.table;

/**
 * Changes that arrive while lookups are answered.
 *
 * @param updatesPerSecond changes that arrive in a second
 * @param gatherMillis how long changes wait to be applied together; 0: whatever waits is applied in
 *     every turn, as the service does
 * @param seconds how long to measure, once idle and once with changes
 */
public record ServingWorkload(int updatesPerSecond, int gatherMillis, int seconds) {}
