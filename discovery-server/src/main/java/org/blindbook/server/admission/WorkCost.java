package org.blindbook.server.admission;

import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * What a client's work costs host and enclave together, in microseconds of one core. It is known
 * before the work is done, from what the host may see: a connection costs the same whoever makes
 * it, a request what its size class costs. Nothing that is sent is free, however little of the
 * class is in use.
 *
 * <p>Measured on two cores with a million users, rounded up; what counts are the ratios.
 */
public final class WorkCost {
  /** A connection with its offer and handshake: two key agreements, evidence, two messages. */
  public static final long CONNECTION_MICROS = 1_500;

  private static final long REQUEST_MICROS = 500;
  private static final long LOOKUP_MICROS_PER_ENTRY = 3;
  private static final long EVALUATION_MICROS_PER_ENTRY = 180;

  private WorkCost() {}

  /**
   * A request, with its results.
   *
   * @param capacity its size class
   */
  public static long requestMicros(EnclaveRole role, int capacity) {
    return REQUEST_MICROS
        + capacity
            * switch (role) {
              case LOOKUP -> LOOKUP_MICROS_PER_ENTRY;
              case EVALUATOR -> EVALUATION_MICROS_PER_ENTRY;
            };
  }
}
