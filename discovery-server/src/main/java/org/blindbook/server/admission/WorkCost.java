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
  /** The offer: evidence, and the upgrade. */
  public static final long OFFER_MICROS = 700;

  /** Two key agreements and two messages. */
  public static final long HANDSHAKE_MICROS = 800;

  /** A connection with its offer and handshake. */
  public static final long CONNECTION_MICROS = OFFER_MICROS + HANDSHAKE_MICROS;

  /** Taking a request: opening it, the charge, the ledger. Its results come on top. */
  public static final long CHARGE_MICROS = 500;

  /** The size class that a client is taken to ask for until it does. */
  private static final int USUAL_CAPACITY = 512;

  private static final long LOOKUP_MICROS_PER_ENTRY = 3;
  private static final long EVALUATION_MICROS_PER_ENTRY = 180;

  private WorkCost() {}

  /**
   * The results of a request.
   *
   * @param capacity its size class
   */
  public static long resultMicros(EnclaveRole role, int capacity) {
    return capacity
        * switch (role) {
          case LOOKUP, RECENT -> LOOKUP_MICROS_PER_ENTRY;
          case EVALUATOR -> EVALUATION_MICROS_PER_ENTRY;
        };
  }

  /**
   * A request, with its results.
   *
   * @param capacity its size class
   */
  public static long requestMicros(EnclaveRole role, int capacity) {
    return CHARGE_MICROS + resultMicros(role, capacity);
  }

  /** What a client that connects will most likely ask for. */
  public static long usualRequestMicros(EnclaveRole role) {
    return requestMicros(role, USUAL_CAPACITY);
  }
}
