package org.blindbook.server.epochs;

import java.util.Optional;
import org.blindbook.server.enclavehost.EnclaveStatus;

/**
 * How far one epoch's enclave is. Public: depends on no query.
 *
 * @param serving whether clients that ask for no other epoch get it
 * @param evaluatorKey the evaluator's public key in hexadecimal, once it is known
 */
public record EpochStatus(
    int epoch, boolean serving, EnclaveStatus enclave, Optional<String> evaluatorKey) {}
