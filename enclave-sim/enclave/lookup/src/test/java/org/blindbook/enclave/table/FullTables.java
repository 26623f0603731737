package org.blindbook.enclave.table;

/** Tables that cannot grow, for tests elsewhere. */
public final class FullTables {
  private FullTables() {}

  /** An empty table of the smallest capacity, without memory for a larger one. */
  public static ObliviousTable smallest() {
    return ObliviousTable.create(Seeded.context(1, Kernels.PLAIN, 0));
  }
}
