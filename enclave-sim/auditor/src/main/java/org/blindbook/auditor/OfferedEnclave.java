package org.blindbook.auditor;

import java.util.Locale;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.platform.EnclaveProgram;

/** An enclave that a server may have, and where it gives its evidence. */
enum OfferedEnclave {
  LOOKUP(EnclaveProgram.LOOKUP, Paths.DISCOVERY_OFFER),
  EVALUATOR(EnclaveProgram.EVALUATOR, Paths.EVALUATION_OFFER),
  /** The program that looks up, with recent registrations only. */
  RECENT(EnclaveProgram.LOOKUP, Paths.RECENT_OFFER);

  private final EnclaveProgram program;
  private final String path;

  OfferedEnclave(EnclaveProgram program, String path) {
    this.program = program;
    this.path = path;
  }

  EnclaveProgram program() {
    return program;
  }

  String path() {
    return path;
  }

  /** Of the folder that its evidence is kept in. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
