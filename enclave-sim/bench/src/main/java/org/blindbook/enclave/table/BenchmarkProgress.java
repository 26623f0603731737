package org.blindbook.enclave.table;

/** Told how far a benchmark is. */
public interface BenchmarkProgress {
  /** Nobody is told. */
  BenchmarkProgress NONE = new BenchmarkProgress() {};

  /**
   * A phase begins, and the one before has ended.
   *
   * @param phase what is done, for people
   * @param steps of the phase; 0 when it cannot say how far it is
   */
  default void begin(String phase, long steps) {}

  /** So many steps of the phase are done. */
  default void at(long steps) {}
}
