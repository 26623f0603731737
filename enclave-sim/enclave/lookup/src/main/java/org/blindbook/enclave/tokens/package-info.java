/** How a client proves what it has paid for. */
@NullMarked
package org.blindbook.enclave.tokens;

import org.jspecify.annotations.NullMarked;
