/** The enclave's end of the one interface to the host, and its process. */
@NullMarked
package org.blindbook.enclave.calls;

import org.jspecify.annotations.NullMarked;
