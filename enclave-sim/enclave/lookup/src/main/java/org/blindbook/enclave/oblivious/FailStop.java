package org.blindbook.enclave.oblivious;

/**
 * What happens when an event of probability below 2<sup>-64</sup> comes true and an answer would be
 * wrong. The process dies: answering, retrying or reporting would tell something about the queries
 * that met in one bin.
 */
@FunctionalInterface
public interface FailStop {

  /** Exit status of an enclave that stopped itself. */
  int EXIT_STATUS = 70;

  /** Ends the process without running anything else. */
  FailStop HALT = () -> Runtime.getRuntime().halt(EXIT_STATUS);

  /**
   * Does not return normally; a test's version throws.
   *
   * @leaks that an event of probability below 2<sup>-64</sup> came true
   */
  void halt();
}
