package org.blindbook.enclave.lookup;

import org.blindbook.edge.compiled.TableKernel;

/** Settings of lookup enclaves that this machine can run. */
final class LookupDeployment {
  /** What the host chooses by the machine. */
  static final String TABLE =
      "table.kernel=" + TableKernel.ofThisMachine().label() + "\ntable.threads=2\n";

  static final String ALL = "registrations=all\n" + TABLE;

  static final String TRUNCATED = "mode=truncated\n" + ALL;

  static final String RECENT = "mode=truncated\nregistrations=recent\n" + TABLE;

  private LookupDeployment() {}
}
