package org.blindbook.server.enclavehost;

import java.util.Locale;

/** What an enclave of this host is for. */
public enum EnclaveRole {
  /** Holds a table; in mode truncated the only one that has to be there. */
  LOOKUP,
  /** Holds the evaluator's key of mode blinded. */
  EVALUATOR,
  /** The program of {@link #LOOKUP}, with a table of the newest registrations only. */
  RECENT;

  /** In file names, logs and answers. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has a table, and so looks up. */
  public boolean looksUp() {
    return this != EVALUATOR;
  }

  /** Whether there is no service without it: whoever misses the recent ones asks for all. */
  public boolean required() {
    return this != RECENT;
  }
}
