/**
 * Everything about having an enclave: starting its platform, talking to it over its socket, feeding
 * it registrations, restarting it, keeping its sealed snapshot. The host sees ciphertext, sealed
 * blobs, evidence and public counts here, never a query.
 */
@NullMarked
package org.blindbook.server.enclavehost;

import org.jspecify.annotations.NullMarked;
