package org.blindbook.server.epochs;

import java.util.Optional;
import java.util.SortedMap;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.TableProgress;

/**
 * How far one epoch's enclaves are. Public: depends on no query.
 *
 * @param serving whether clients that ask for no other epoch get it
 * @param enclaves of each role that is hosted
 * @param evaluatorKey the evaluator's public key in hexadecimal, once it is known
 */
public record EpochStatus(
    int epoch,
    boolean serving,
    SortedMap<EnclaveRole, EnclaveStatus> enclaves,
    Optional<String> evaluatorKey) {

  /** Whether clients are admitted to all of its enclaves that are required. */
  public boolean ready() {
    return enclaves.entrySet().stream()
        .filter(enclave -> enclave.getKey().required())
        .allMatch(enclave -> enclave.getValue().serving());
  }

  /** How far its table is, if it has one. */
  public TableProgress table() {
    EnclaveStatus lookup = enclaves.get(EnclaveRole.LOOKUP);
    return lookup == null ? TableProgress.NONE : lookup.table();
  }
}
