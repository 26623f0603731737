package org.blindbook.enclave.oblivious;

import org.blindbook.edge.compiled.TableKernel;

/**
 * The vector kernel of a test process, which has one: the machine's, or where that has none the
 * narrower, which then runs without vector instructions. {@code -Dblindbook.test.kernel} names
 * another.
 */
public final class TestedKernel {
  /** As in the setting {@code table.kernel}. */
  public static final String NAME = System.getProperty("blindbook.test.kernel", machine());

  private TestedKernel() {}

  private static String machine() {
    TableKernel machine = TableKernel.ofThisMachine();
    return (machine == TableKernel.PLAIN ? TableKernel.VECTOR256 : machine).label();
  }
}
