/** What a contact costs an account, and how a client proves it has paid. */
@NullMarked
package org.blindbook.enclave.permits;

import org.jspecify.annotations.NullMarked;
