/**
 * The lookup enclave's program: start at {@code LookupEnclave}, which is the host's only way in.
 */
@NullMarked
package org.blindbook.enclave.lookup;

import org.jspecify.annotations.NullMarked;
