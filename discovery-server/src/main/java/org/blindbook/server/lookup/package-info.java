/** Relays a client's ciphertext to its enclave session and back. */
@NullMarked
package org.blindbook.server.lookup;

import org.jspecify.annotations.NullMarked;
