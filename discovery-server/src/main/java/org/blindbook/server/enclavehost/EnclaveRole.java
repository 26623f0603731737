package org.blindbook.server.enclavehost;

import java.util.Locale;

/** Which of the two programs an enclave of this host runs. */
public enum EnclaveRole {
  /** Holds a table; in mode truncated the only one. */
  LOOKUP,
  /** Holds the evaluator's key of mode blinded. */
  EVALUATOR;

  /** In file names, logs and answers. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
