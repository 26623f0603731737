/** Fixed layouts of every message between client and enclave. */
@NullMarked
package org.blindbook.protocol.message;

import org.jspecify.annotations.NullMarked;
