/** One client's conversation, from handshake to results. */
@NullMarked
package org.blindbook.enclave.session;

import org.jspecify.annotations.NullMarked;
